"""Events about people that any service may publish."""

from typing import ClassVar

from pydantic import AwareDatetime
from typing_extensions import override

from nextstep_contracts.event import ANY_PUBLISHER, Event


class PersonErased(Event):
    """The office erased a person under data protection law; every service does the same."""

    publisher: ClassVar[str] = ANY_PUBLISHER
    person_id: str
    erased_at: AwareDatetime

    @property
    @override
    def subject(self) -> str:
        return self.person_id
