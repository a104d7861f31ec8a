"""What the office writes about an application for itself. Added to, never changed."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

LONGEST = 4000
"""Characters of a note."""


class Note(BaseModel):
    """One note."""

    model_config = ConfigDict(frozen=True)

    id: str
    application_id: str
    at: datetime
    who: str
    text: str
