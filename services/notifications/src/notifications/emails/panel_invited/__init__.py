"""A panellist gets the link to the score sheets."""

from nextstep_contracts import PanellistInvited
from notifications.emails.email import EventEmail, Facts
from notifications.emails.links import PANEL


def facts(event: PanellistInvited, _person_id: str, _zone: str) -> Facts:
    """For whom the panellist sits."""
    return {"organisation": event.organisation}


EMAIL = EventEmail(
    name="panel_invited",
    label="Panel invitation",
    event=PanellistInvited,
    subject="panellist",
    because="The panellist needs the link to the score sheets.",
    people=lambda event: (event.panellist,),
    facts=facts,
    links=(PANEL,),
    notice="privacy-panel",
    presents_notice=True,
    sample={"organisation": "FMLM"},
)
