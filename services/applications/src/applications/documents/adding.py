"""An applicant sends files from their own page."""

from collections.abc import Mapping

from applications.admissions.act import Act
from applications.admissions.application import Application, Document, replaced_uploads
from applications.admissions.submissions import documents_sent
from applications.documents.discarding import discard


async def add_documents(
    act: Act, application: Application, documents: Mapping[str, Document]
) -> None:
    """Keep files that the applicant sent; see `documents_sent`."""
    outcome = documents_sent(await act.about(application), act.by, documents)
    await discard(act.uow, replaced_uploads(application, outcome.application))
    await act.keep(outcome)
