"""What was heard and told about one subject, so that no email is sent late or twice.

A subject is an application, a Fellow's standing, a project and so on. Events of one subject
arrive on several queues, so their order is lost; revisions restore it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from nextstep_contracts import ApplicationWithdrawn, Event, PlaceAccepted


@dataclass(frozen=True)
class Memory:
    """One subject's past."""

    heard: Mapping[str, int] = field(default_factory=dict)
    """The highest revision heard, by event name."""
    told: Mapping[str, str] = field(default_factory=dict)
    """What each person was last told, by person id, in the words of the email's `says`."""
    version: int = 0

    def is_old(self, event: type[Event], revision: int) -> bool:
        """Whether this event, or a later one of its kind, was heard before."""
        return self.heard.get(event.event_name, 0) >= revision

    def overtaken(self, revision: int, by: Iterable[type[Event]]) -> bool:
        """Whether a later one of those events makes an email about `revision` misleading."""
        return any(self.heard.get(event.event_name, 0) > revision for event in by)

    def hear(self, event: type[Event], revision: int) -> Self:
        """The memory with this event heard."""
        name = event.event_name
        return replace(self, heard={**self.heard, name: max(revision, self.heard.get(name, 0))})

    def tell(self, person_id: str, what: str) -> Self:
        """The memory with `person_id` told `what`."""
        return replace(self, told={**self.told, person_id: what})

    def document(self, key: str) -> dict[str, Any]:
        """As it is stored. Person ids are values: as keys they could hold dots."""
        return {
            "_id": key,
            "version": self.version,
            "heard": dict(self.heard),
            "told": [{"person_id": who, "what": what} for who, what in sorted(self.told.items())],
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """What is stored of a subject."""
        told = {one["person_id"]: one["what"] for one in document["told"]}
        return cls(document["heard"], told, document["version"])


def is_fellow(application: Memory) -> bool:
    """Whether an application stands accepted: the newer of acceptance and withdrawal counts."""
    accepted = application.heard.get(PlaceAccepted.event_name, 0)
    return accepted > application.heard.get(ApplicationWithdrawn.event_name, 0)
