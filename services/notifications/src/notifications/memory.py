"""What was heard and told about one subject, so that no mail is sent late or twice.

A subject is an application, a Fellow's standing, a project and so on. Events of one subject
arrive on several queues, so their order is lost; revisions restore it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Memory:
    """One subject's past."""

    heard: Mapping[str, int] = field(default_factory=dict)
    """The highest revision heard, by event name."""
    told: Mapping[str, str] = field(default_factory=dict)
    """What each person was last told, by person id, in the words of the policy's `says`."""

    def is_old(self, name: str, revision: int) -> bool:
        """Whether this event, or a later one of its name, was heard before."""
        return self.heard.get(name, 0) >= revision

    def overtaken(self, revision: int, by: Iterable[str]) -> bool:
        """Whether a later event of those names makes a mail about `revision` misleading."""
        return any(self.heard.get(name, 0) > revision for name in by)

    def hear(self, name: str, revision: int) -> "Memory":
        """The memory with this event heard."""
        return replace(self, heard={**self.heard, name: max(revision, self.heard.get(name, 0))})

    def tell(self, person_id: str, what: str) -> "Memory":
        """The memory with `person_id` told `what`."""
        return replace(self, told={**self.told, person_id: what})


def is_fellow(memory: Memory) -> bool:
    """Whether an application stands accepted: the newer of acceptance and withdrawal counts."""
    accepted = memory.heard.get("PlaceAccepted", 0)
    return accepted > memory.heard.get("ApplicationWithdrawn", 0)
