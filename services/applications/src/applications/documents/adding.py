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
    held = {document.file_id for document in outcome.application.documents.values()}
    surplus = [one.file_id for one in documents.values() if one.file_id and one.file_id not in held]
    await discard(act.uow, surplus)
    await act.keep(outcome)
