"""The events that this service publishes, made from its records."""

from datetime import datetime

from awards.decision import Decision
from awards.fellows import Fellow
from awards.graduation import Graduation
from awards.method import Method
from awards.panel import Panellist
from awards.projects import Project
from awards.ranking import from_exact
from awards.sheets import Sheet
from nextstep_contracts import (
    AwardsDecided,
    DiscountIssued,
    FellowGraduated,
    PanellistInvited,
    Person,
    ProjectRegistered,
    ProjectScored,
    ProjectSubmitted,
    Refused,
    Winner,
)


def person(fellow: Fellow) -> Person:
    """How to address a Fellow."""
    return Person(person_id=fellow.id, name=fellow.name, email=fellow.email)


def registered(project: Project, authors: tuple[Fellow, ...]) -> ProjectRegistered:
    """A project was registered, or its title or authors changed."""
    return ProjectRegistered(
        cohort=project.cohort,
        revision=project.revision,
        project_id=project.id,
        title=project.title,
        authors=tuple(person(one) for one in authors if one.active and not one.erased),
    )


def submitted(project: Project, authors: tuple[Fellow, ...]) -> ProjectSubmitted:
    """A project was handed in."""
    if project.submitted_at is None:
        raise Refused("The project has not been submitted.")
    return ProjectSubmitted(
        cohort=project.cohort,
        revision=project.revision,
        project_id=project.id,
        title=project.title,
        authors=tuple(person(one) for one in authors if one.active and not one.erased),
        submitted_at=project.submitted_at,
    )


def invited(panellist: Panellist) -> PanellistInvited:
    """Somebody joined the panel, or needs the link again."""
    return PanellistInvited(
        cohort=panellist.cohort,
        revision=panellist.revision,
        panellist=Person(person_id=panellist.id, name=panellist.name, email=panellist.email),
        organisation=panellist.organisation,
    )


def scored(sheet: Sheet, method: Method, panellist: Panellist) -> ProjectScored:
    """A score sheet was locked."""
    return ProjectScored(
        cohort=sheet.cohort,
        revision=sheet.revision,
        project_id=sheet.project_id,
        panellist_id=sheet.panellist_id,
        organisation=panellist.organisation,
        scores=sheet.scores,
        total=float(method.total(sheet.scores)),
    )


def decided(decision: Decision, revision: int, at: datetime) -> AwardsDecided:
    """The decision was applied."""
    return AwardsDecided(
        cohort=decision.cohort,
        revision=revision,
        method=decision.method,
        decided_at=at,
        winners=tuple(
            Winner(
                project_id=won.project_id,
                title=won.title,
                rank=won.rank,
                score=float(from_exact(won.average)),
                people=tuple(
                    Person(person_id=one.person_id, name=one.name, email=one.email)
                    for one in won.people
                ),
            )
            for won in decision.winners
        ),
    )


def graduated(graduation: Graduation, fellow: Fellow) -> FellowGraduated:
    """The Fellow completed the programme, or the bursary was corrected."""
    return FellowGraduated(
        cohort=graduation.cohort,
        revision=graduation.revision,
        person=person(fellow),
        graduated_on=graduation.graduated_on,
        bursary=graduation.bursary,
    )


def discount(graduation: Graduation, fellow: Fellow, fee_pounds: int) -> DiscountIssued:
    """What every graduate receives."""
    return DiscountIssued(
        cohort=graduation.cohort,
        revision=1,
        person=person(fellow),
        fee_pounds=fee_pounds,
        valid_until=graduation.discount_until,
    )
