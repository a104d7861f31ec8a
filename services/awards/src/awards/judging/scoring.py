"""The state of a cohort's judging: the method on record, scoring open or not, a tie settled."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import ConfigDict

from awards.fellows.records import Part
from awards.judging.method import Method
from awards.projects.gate import Gate
from nextstep_contracts import AlreadySo, Refused


class TieResolution(Part):
    """How the panel settled a tie that the registered tie-breaks left across the last bursary."""

    order: tuple[str, ...]
    """The contested project ids, the first to be awarded first."""
    reason: str
    by: str
    at: datetime


class Scoring(Gate):
    """The cohort's gate with everything that judging keeps beside it.

    Every change of who judges what is written through this document, so that a decision and such
    a change cannot pass each other unseen.
    """

    model_config = ConfigDict(extra="ignore")

    method: Method | None = None
    registered_at: datetime | None = None
    registered_by: str | None = None
    resolution: TieResolution | None = None

    def registered(self) -> Method:
        """The registered method.

        Raises:
            Refused: none is registered yet.

        """
        if self.method is None:
            raise Refused("The method has not been registered yet.")
        return self.method


def register(scoring: Scoring, method: Method, by: str, now: datetime) -> Scoring:
    """The method put on record; until scoring opens it can be replaced."""
    if scoring.open:
        raise Refused("Scoring is open: the registered method can no longer be changed.")
    if scoring.method is not None and scoring.method.fingerprint == method.fingerprint:
        raise AlreadySo("This method is registered already.")
    return scoring.but(method=method, registered_by=by, registered_at=now)


def open_scoring(
    scoring: Scoring, current: Method, problems: Sequence[str], now: datetime
) -> Scoring:
    """Scoring opened, which freezes the method.

    Raises:
        Refused: something is missing (`problems`), or the method in the cohort file is no longer
            the registered one.

    """
    if scoring.open:
        raise AlreadySo("Scoring is open already.")
    if scoring.registered().fingerprint != current.fingerprint:
        raise Refused("The cohort file has changed since the method was registered; register anew.")
    if problems:
        raise Refused("Scoring cannot open yet. " + " ".join(problems))
    return scoring.but(opened_at=now)
