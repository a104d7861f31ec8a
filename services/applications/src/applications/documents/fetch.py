"""A file that a submission gave as a link: to be fetched, fetched, or given up. Pure."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from applications.admissions.application import Document
from applications.admissions.versions import Version

FetchStatus = Literal["waiting", "fetched", "failed"]


class Fetch(BaseModel):
    """What is known of one such file."""

    model_config = ConfigDict(frozen=True)

    id: str
    """The file that it brings is kept under the same id."""
    application_id: str
    person_id: str
    submission_id: str
    source: str
    """The form that it came through: it says which hosts files are fetched from."""
    key: str
    """Which document it is."""
    given_name: str
    sent_at: datetime
    link: str | None
    """None once the file came: the applicant's link is kept no longer than it is needed. Of a file
    that came inside the submission and costs much to look at there never was one."""
    costly: bool = False
    """Its bytes are here, and cost more to look at than an ordinary file: in a line of its own."""
    status: FetchStatus = "waiting"
    due: datetime
    """When it is tried next."""
    tries: int = 0
    """How many failed since it was last begun."""
    reason: str | None = None
    """Why the last one failed, in technical words."""
    version: int = 1
    """The stored version this was loaded as."""

    def ended(self, reason: str | None) -> "Fetch":
        """After the last try; without a reason the file came."""
        if reason:
            return self.model_copy(update={"status": "failed", "reason": reason})
        return self.model_copy(update={"status": "fetched", "link": None, "reason": None})

    def put_aside(self) -> "Fetch":
        """Its bytes came, and cost much to look at."""
        return self.model_copy(update={"costly": True})

    def begun_again(self, now: datetime) -> "Fetch":
        """To be tried once more after it was given up."""
        return self.model_copy(update={"status": "waiting", "due": now, "tries": 0})


def expected(
    version: Version, document: Document, fetch_id: str, link: str | None, now: datetime
) -> Fetch:
    """The fetch of one document of a submission that was just taken in."""
    return Fetch(
        id=fetch_id,
        application_id=version.application_id,
        person_id=version.person_id,
        submission_id=version.id,
        source=version.source,
        key=document.key,
        given_name=document.given_name,
        sent_at=version.submitted_at,
        link=link,
        due=now,
    )
