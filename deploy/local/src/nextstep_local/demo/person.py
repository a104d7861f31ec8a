"""One person of the simulation: who they are, what they send, what they will do."""

import base64
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Quirk = Literal[
    "plain",
    "too far from CCT",
    "another region",
    "not in training",
    "borderline CCT",
    "part-time",
    "missing GMC",
    "late",
    "missing document",
    "unusable document",
    "amended",
    "sent twice",
    "hostile file names",
]
Source = Literal["native", "typeform", "jotform", "drupal"]
"""The form by which somebody applies."""
Answer = Literal["accept", "decline", "ignore", "accept, then withdraw"]


@dataclass(frozen=True)
class Upload:
    """A file as the form has it."""

    name: str
    data: bytes


@dataclass
class Applicant:
    """One person of the simulation, and what they make up their mind to do."""

    number: int
    name: str
    email: str
    quirk: Quirk
    answer: Answer
    at: datetime
    """When they send the form."""
    answers: dict[str, Any]
    uploads: dict[str, Upload]
    source: Source = "native"
    person_id: str | None = None
    """Learnt from the first link they are sent."""
    corrections: dict[str, Any] = field(default_factory=dict)
    """Answers that a second submission mends; with `corrected_uploads`, sent days later."""
    corrected_uploads: dict[str, Upload] = field(default_factory=dict)

    def submission(self, *, corrected: bool = False) -> dict[str, Any]:
        """What the form posts."""
        answers = self.answers | (self.corrections if corrected else {})
        uploads = self.uploads | (self.corrected_uploads if corrected else {})
        return {
            "submission_id": f"NS24-{self.number:04}{'-b' if corrected else ''}",
            **answers,
            "documents": {
                key: {"name": upload.name, "content": base64.b64encode(upload.data).decode()}
                for key, upload in uploads.items()
            },
        }
