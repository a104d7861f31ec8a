"""The clock that the services share during the demo, moved by the demo alone."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def london(on: date, at: time = time(9)) -> datetime:
    """A local moment of the programme."""
    return datetime.combine(on, at, LONDON)


class Year:
    """Moves the clock forward, never back.

    It keeps the file as `FileClock` of the messaging library reads it, without that library: to
    import it takes half a second, which the broker would start later.
    """

    def __init__(self, file: Path, start: datetime) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.file = file
        self._set(start)

    def move_to(self, moment: datetime) -> None:
        """Let it be `moment`, if that is later than now."""
        if moment > self.now:
            self._set(moment)

    def _set(self, moment: datetime) -> None:
        beside = self.file.with_name(f".{self.file.name}.new")
        beside.write_text(moment.astimezone(UTC).isoformat())
        beside.replace(self.file)  # whole at every moment
        self.now = moment
