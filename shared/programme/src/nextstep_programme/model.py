"""The shape of a cohort definition. Every rule and date of a year is data in a YAML file.

Local dates and times are Europe/London unless the file names another zone; moments are derived
from them where they are needed, so that a clock change never shifts a session.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from nextstep_programme.employers import LONGEST_NAME, EmployerKind

Positive = Annotated[int, Field(ge=1)]
SessionKind = Literal[
    "module", "masterclass", "learning_set", "networking", "surgery", "coaching", "alumni"
]


def _without_offset(at: time) -> time:
    if at.tzinfo is not None:
        raise PydanticCustomError("time_offset", "A local time has no offset")
    return at


LocalTime = Annotated[time, AfterValidator(_without_offset)]
"""A time of day as the clock on the wall shows it; the cohort's `zone` gives it meaning."""


SUBMITTED = "submitted"
"""Among the tie-breaks of a selection: who submitted first."""


class Part(BaseModel):
    """A part of the definition: immutable, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Session(Part):
    """One programme session. `on` is None while undated, `starts` while the time is open."""

    key: str
    kind: SessionKind
    title: str
    on: date | None = None
    starts: LocalTime | None = None
    ends: LocalTime | None = None
    venue: str
    number: int | None = None
    """Its number within its kind, for example 3 for Module 3."""
    mandatory: bool = False


class Window(Part):
    """A day on which learning sets can meet, and between which times."""

    on: date
    opens: LocalTime
    closes: LocalTime


class Topic(Part):
    """An action learning set topic and its windows."""

    key: str
    title: str
    windows: tuple[Window, ...]


class LearningSets(Part):
    """How the action learning sets are arranged."""

    slot_minutes: Positive
    size: Positive
    """Seats in a set."""
    stated_size: Positive
    """The approximate size the programme announces."""
    venue: str
    facilitator: str
    topics: tuple[Topic, ...]

    def slots(self, topic: Topic) -> tuple[tuple[date, time, time], ...]:
        """The back-to-back slots of a topic as (day, start, end), in order."""
        found: list[tuple[date, time, time]] = []
        length = timedelta(minutes=self.slot_minutes)
        for window in topic.windows:
            start = datetime.combine(window.on, window.opens)
            while start + length <= datetime.combine(window.on, window.closes):
                found.append((window.on, start.time(), (start + length).time()))
                start += length
        return tuple(found)


class Eligibility(Part):
    """What an applicant must satisfy. Borderline is referred to a person, never rejected."""

    disciplines: tuple[str, ...]
    region: str
    training_on: date
    """The applicant must still be in a training programme in the region on this day."""
    training_number_prefixes: tuple[str, ...]
    """How National Training Numbers of the region begin; another one is referred."""
    cct_window_years: Positive
    commencement: date
    """The reading of "commencing" in force."""
    commencement_alternatives: tuple[date, ...] = ()
    """Other readings. A CCT date that passes one and fails another is referred."""
    less_than_full_time: Literal["refer", "scale"] = "refer"
    documents: tuple[str, ...]
    """Keys of the required documents, for example `cv`, `statement_1`, `statement_2`."""
    version: str
    """Names this set of rules in every result."""


class Criterion(Part):
    """One criterion on the score sheet, scored from 1 to `scale` with anchored meanings."""

    key: str
    title: str
    weight: Positive = 1
    anchors: dict[int, str] = Field(default_factory=dict)


class Selection(Part):
    """How places are filled."""

    mode: Literal["rolling", "reviewed"]
    offer_days: Positive
    """An unanswered offer lapses after this many days ..."""
    short_offer_days: Positive
    """... or after this many, from `short_offers_from` on."""
    short_offers_from: date
    promote_until: date
    """After this day a free place is no longer offered to the waiting list automatically."""
    waiting_list_limit: Positive | None = None
    """From how many who wait on, with no place free, the public page says that applications are
    closed; None: never. Whoever applies all the same waits behind the others."""
    reviewers_required: Annotated[int, Field(ge=2)] = 2
    """Locked sheets that an application needs before it is decided. Only `reviewed`, as below."""
    scale: Annotated[int, Field(ge=2)] = 5
    criteria: tuple[Criterion, ...] = ()
    tie_breaks: tuple[str, ...] = ()
    """Compared in this order when averages tie: criterion keys, or `submitted` for the earlier
    first submission. What is still equal then is shown as a tie, and a person decides."""
    spread_flag: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    """A standard deviation between reviewers, in points of the scale, above which it is flagged."""


class StudyLeave(Part):
    """When a Fellow is reminded of what is missing from the study-leave declaration."""

    first_reminder_days: Positive = 14
    """Days from the acceptance to the first reminder ..."""
    reminder_days: Positive = 14
    """... and from each to the next, as long as something is missing."""
    chase_days: Positive = 42
    """How many days before a date an unanswered application for leave counts as missing ..."""
    apply_days: Positive = 84
    """... and how many before it leave that was not applied for yet does: six weeks before the
    notice that employers ask for."""


class Completion(Part):
    """Attendance needed to complete the programme."""

    masterclasses_required: Positive
    modules_waivable: bool = True
    """An exceptional absence from a module can be waived by the office with a reason."""
    learning_sets_required: bool = False
    coaching_required: bool = False
    project_required: bool = False
    version: str


class Awards(Part):
    """How projects are judged."""

    bursaries: Positive
    panel_organisations: tuple[str, ...]
    scale: Positive
    criteria: tuple[Criterion, ...]
    tie_breaks: tuple[str, ...]
    """Criterion keys compared in this order when averages tie; fixed before scoring opens."""
    method_version: str


class Benefits(Part):
    """What Fellows receive beside the sessions."""

    membership_months: Positive
    membership_from: date
    membership_reminder_days: Positive
    discount_fee_pounds: Positive
    discount_years: Positive


LegalPageName = Literal[
    "privacy-applicants",
    "privacy-fellows",
    "privacy-panel",
    "privacy-coaches",
    "accessibility",
    "cookies",
    "contact",
]


class LegalPage(Part):
    """One version of a page that the law asks for, as Markdown in a file of its own."""

    page: LegalPageName
    version: str
    """Kept with whom it was shown to, so a text that changed has another."""
    in_force_from: date
    file: str
    """Relative to the cohort's file."""


EmployerName = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]


class StartingEmployer(Part):
    """An employer that the office's list begins with; what the office changes since then holds."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
    """Names it in every year's file: a file that brings it again adds nothing."""
    name: EmployerName
    kind: EmployerKind
    ods_code: Annotated[str, Field(pattern=r"^[A-Z0-9]{3,10}$")] | None = None
    """Of the NHS Organisation Data Service."""
    spellings: tuple[EmployerName, ...] = ()
    """What else it is called."""


class Cohort(Part):
    """One year of the programme."""

    id: str
    title: str
    zone: str = "Europe/London"
    places: Positive
    reference_prefix: str
    applications_open: date
    deadline_on: date
    deadline_at: LocalTime
    deadline_stated: str
    """The deadline as published, kept to report a mismatch with the calendar."""
    completes_on: date
    contact: str
    """Who answers questions, as people call it; it may hold an address, or be nothing else."""
    contact_email: str | None = None
    """The address of `contact`, where that does not hold it."""
    form_url: str | None = None
    """Where the application form is, for applicants who have to fill it in again."""
    eligibility: Eligibility
    selection: Selection
    study_leave: StudyLeave = StudyLeave()
    sessions: tuple[Session, ...]
    learning_sets: LearningSets
    completion: Completion
    awards: Awards
    benefits: Benefits
    legal_pages: tuple[LegalPage, ...] = ()
    """Every version of each; applications do not open while one of the pages is missing."""
    employers: tuple[StartingEmployer, ...] = ()
    """Those of the region that applicants are likely to name."""
    notes: tuple[str, ...] = ()
    """Open points of the source that no rule can detect; reported as warnings."""

    @property
    def contact_address(self) -> str | None:
        """The email address to write to; None while the file names none."""
        found = re.search(r"[^\s<>,;()]+@[^\s<>,;()]+\.[^\s<>,;().]+", self.contact)
        return self.contact_email or (found.group() if found else None)

    @property
    def deadline(self) -> datetime:
        """The last moment (inclusive, to the second) at which a submission is in time, UTC."""
        return self.moment(self.deadline_on, self.deadline_at)

    @property
    def opening(self) -> datetime:
        """The first moment at which applications are open: the beginning of the day, UTC."""
        return self.moment(self.applications_open, time.min)

    def moment(self, on: date, at: time) -> datetime:
        """A local day and time of the programme as a UTC moment.

        A time that occurs twice, when the clocks go back, means the first of the two.
        """
        return datetime.combine(on, at, ZoneInfo(self.zone)).astimezone(UTC)

    def of_kind(self, kind: SessionKind) -> Iterator[Session]:
        """The sessions of one kind, in file order."""
        return (session for session in self.sessions if session.kind == kind)
