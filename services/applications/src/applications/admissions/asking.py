"""The office asks an applicant again for what is missing."""

from applications.admissions.act import Act
from applications.admissions.application import documents_coming, documents_needed
from nextstep_contracts import DocumentsRequested, Refused
from nextstep_messaging import Actor


async def ask_for_documents(act: Act, application_id: str, who: Actor, reason: str) -> None:
    """Write to the applicant again; the reason stays in the history.

    Raises:
        Refused: the application does not wait for documents.

    """
    application = await act.application(application_id)
    needed = documents_needed(application, act.cohort)
    if application.state != "documents_needed" or not needed:
        raise Refused("This application does not wait for documents.")
    if documents_coming(application, act.cohort):
        raise Refused("Files are still being fetched from the form. Wait for them first.")
    what = "Documents asked for again"
    await act.done_by(who, application_id, "ask-for-documents", what, reason)
    act.tell(
        application_id,
        DocumentsRequested,
        reference=application.reference,
        documents_needed=needed,
    )
