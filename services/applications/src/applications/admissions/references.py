"""The short names of applications, fit to be read out: counted through for each cohort."""

from applications.admissions.store import REFERENCES
from nextstep_messaging import UnitOfWork
from nextstep_programme import Cohort


async def next_reference(uow: UnitOfWork, cohort: Cohort) -> str:
    """The next one, for example `NS24-0042`."""
    references = uow.collection(REFERENCES)
    counter = await references.get(cohort.id) or {"_id": cohort.id, "last": 0}
    counter["last"] += 1
    await references.save(counter)
    return f"{cohort.reference_prefix}-{counter['last']:04d}"
