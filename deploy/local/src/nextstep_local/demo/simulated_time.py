"""The clock that the services share during the demo, moved by the demo alone."""

from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from nextstep_messaging import FileClock

LONDON = ZoneInfo("Europe/London")


def london(on: date, at: time = time(9)) -> datetime:
    """A local moment of the programme."""
    return datetime.combine(on, at, LONDON)


class Year:
    """Moves the clock forward, never back."""

    def __init__(self, file: Path, start: datetime) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.file = file
        self._clock = FileClock(file)
        self._clock.set(start)
        self.now = start

    def move_to(self, moment: datetime) -> None:
        """Let it be `moment`, if that is later than now."""
        if moment > self.now:
            self._clock.set(moment)
            self.now = moment
