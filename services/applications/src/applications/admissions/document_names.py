"""What documents are called to people. Pure."""

DOCUMENT_NAMES = {
    "cv": "your CV",
    "statement_1": "your first supporting statement",
    "statement_2": "your second supporting statement",
}
"""What the documents of known cohorts are called to the applicant."""


def document_name(key: str) -> str:
    """What a document is called to the applicant."""
    return DOCUMENT_NAMES.get(key, key.replace("_", " "))


def document_title(key: str) -> str:
    """What a document is called in a heading or a table."""
    name = document_name(key).removeprefix("your ")
    return name[:1].upper() + name[1:]
