"""What is asked of the database about study leave."""

from applications.admissions.application import Application
from applications.admissions.store import APPLICATIONS, Read, application_from_document
from nextstep_programme import Cohort


async def fellows(
    read: Read, cohort: Cohort, application_id: str | None = None
) -> list[Application]:
    """Everybody who accepted a place, by reference; or the one with this application, if so."""
    wanted = {"cohort": cohort.id, "state": "accepted", "erased": False}
    if application_id:
        wanted["_id"] = application_id
    rows = await read(APPLICATIONS).find(wanted, sort=[("reference", 1)])
    return [application_from_document(row) for row in rows]
