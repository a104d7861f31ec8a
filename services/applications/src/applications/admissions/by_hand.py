"""That somebody of the office entered a submission which did not come through the form."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

CameBy = Literal["post", "email", "telephone", "in_person"]
CAME_BY: dict[CameBy, str] = {
    "post": "by post",
    "email": "by email",
    "telephone": "by telephone",
    "in_person": "in person",
}
"""In a sentence: it came ..."""


class ByHand(BaseModel):
    """Who entered it, how it had come, and why not through the form."""

    model_config = ConfigDict(frozen=True)

    by: str
    at: datetime
    """When it was entered; when it came is when it was submitted."""
    came_by: CameBy
    why: str = ""

    @property
    def without_reason(self) -> "ByHand":
        """As applications and versions keep it: the reason is in the history, where erasures go."""
        return self.model_copy(update={"why": ""})
