"""A receipt for a project that was handed in."""

from nextstep_contracts import ProjectSubmitted
from notifications.emails.email import EventEmail
from notifications.emails.facts import authors, project
from notifications.emails.links import PROJECT

EMAIL = EventEmail(
    name="project_submitted",
    label="Project handed in",
    event=ProjectSubmitted,
    subject="project",
    because="Every author gets a receipt.",
    people=authors,
    facts=project,
    says=lambda event, _person_id: f"submitted: {event.title}",
    links=(PROJECT,),
    notice="privacy-fellows",
    sample={
        "title": "Fewer falls on a care-of-the-elderly ward",
        "others": ["Dr Ben Hughes"],
    },
)
