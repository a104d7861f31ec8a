"""A project was chosen; everybody else hears at the ceremony."""

from nextstep_contracts import AwardsDecided, Person, Winner
from nextstep_programme.writing import moment
from notifications.emails.email import EventEmail, Facts
from notifications.emails.links import PROJECT


def winners(event: AwardsDecided) -> tuple[Person, ...]:
    """The people behind the chosen projects, each once."""
    return tuple({p.person_id: p for w in event.winners for p in w.people}.values())


def own(event: AwardsDecided, person_id: str) -> Winner:
    """The first chosen project that is a person's."""
    return next(w for w in event.winners if any(p.person_id == person_id for p in w.people))


def facts(event: AwardsDecided, person_id: str, zone: str) -> Facts:
    """The project that was chosen. Ranks and scores are not for this email."""
    project = own(event, person_id)
    return {
        "title": project.title,
        "others": [p.name for p in project.people if p.person_id != person_id],
        "winners": len({w.project_id for w in event.winners}),
        "decided": moment(event.decided_at, zone),
    }


EMAIL = EventEmail(
    name="award_won",
    label="Award",
    event=AwardsDecided,
    subject="awards",
    because="The people whose projects were chosen; everybody hears at the ceremony.",
    people=winners,
    facts=facts,
    says=lambda event, person_id: f"won: {own(event, person_id).title}",
    links=(PROJECT,),
    notice="privacy-fellows",
    sample={
        "title": "Fewer falls on a care-of-the-elderly ward",
        "others": ["Dr Ben Hughes"],
        "winners": 5,
        "decided": "4:30pm on Tuesday 22 July 2025",
    },
)
