"""The office asks an applicant again for what is missing."""

from applications.admissions.act import Desk, Doer
from applications.admissions.application import documents_coming, documents_needed
from applications.admissions.states import NotAllowedError
from nextstep_contracts import DocumentsRequested


async def ask_for_documents(desk: Desk, application_id: str, who: Doer, reason: str) -> None:
    """Write to the applicant again; the reason stays in the history.

    Raises:
        NotAllowedError: the application does not wait for documents.

    """
    application = await desk.application(application_id)
    needed = documents_needed(application, desk.cohort)
    if application.state != "documents_needed" or not needed:
        raise NotAllowedError("This application does not wait for documents.")
    if documents_coming(application, desk.cohort):
        raise NotAllowedError("Files are still being fetched from the form. Wait for them first.")
    what = "Documents asked for again"
    await desk.done_by(who, application_id, "ask-for-documents", what, reason)
    desk.tell(
        application_id,
        DocumentsRequested,
        reference=application.reference,
        documents_needed=needed,
    )
