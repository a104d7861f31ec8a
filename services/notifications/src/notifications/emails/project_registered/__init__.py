"""A project and its title are registered, for each of its authors."""

from nextstep_contracts import ProjectRegistered, ProjectSubmitted
from notifications.emails.email import EventEmail
from notifications.emails.facts import authors, project
from notifications.emails.links import PROJECT

EMAIL = EventEmail(
    name="project_registered",
    label="Project registered",
    event=ProjectRegistered,
    subject="project",
    because="Every author, when a project is registered or its title changes.",
    people=authors,
    facts=project,
    overtaken_by=(ProjectSubmitted,),
    says=lambda event, _person_id: f"registered: {event.title}",
    links=(PROJECT,),
    notice="privacy-fellows",
    sample={
        "title": "Fewer falls on a care-of-the-elderly ward",
        "others": ["Dr Ben Hughes"],
    },
)
