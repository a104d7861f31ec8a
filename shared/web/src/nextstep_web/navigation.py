"""Which parts of the site a person is offered, and where each begins."""

from dataclasses import dataclass
from typing import Final

from nextstep_web.principal import Principal
from nextstep_web.settings import WebSettings

SERVICES: Final = ("applications", "scheduling", "notifications", "awards")
_STAFF_SEES: Final = {
    "office": SERVICES,
    "read_only": SERVICES,
    "facilitator": ("scheduling",),
    "panel": ("awards",),
}
_STAFF_LABELS: Final = {
    "applications": "Applications",
    "scheduling": "Schedule",
    "notifications": "Messages",
    "awards": "Awards",
}
_PERSON_SEES: Final = {
    "applicant": ("applications",),
    "fellow": ("applications", "scheduling", "awards"),
    "panellist": ("awards",),
    "coach": ("scheduling",),
}
_PERSON_LABELS: Final = {
    "applications": "My application",
    "scheduling": "My programme",
    "awards": "My project",
}


@dataclass(frozen=True)
class Destination:
    """One entry of the navigation."""

    label: str
    href: str
    current: bool


def navigation(
    settings: WebSettings, principal: Principal | None, service: str
) -> tuple[Destination, ...]:
    """The entries for `principal` on a page of `service`, in the order of the programme."""
    if principal is None:
        return ()
    sees, labels, page = (
        (_STAFF_SEES, _STAFF_LABELS, "/")
        if principal.is_staff
        else (_PERSON_SEES, _PERSON_LABELS, "/me")
    )
    if "panellist" in principal.roles:
        labels = labels | {"awards": "Projects to judge"}
    offered = {name for role in principal.roles for name in sees.get(role, ())}
    return tuple(
        Destination(labels[name], service_url(settings, name) + f"/{name}{page}", name == service)
        for name in SERVICES
        if name in offered
    )


def person_home(service: str, principal: Principal | None) -> str:
    """The local page where `principal` starts in this service."""
    own_page = principal is not None and not principal.is_staff
    return f"/{service}/me" if own_page else f"/{service}/"


def service_url(settings: WebSettings, service: str) -> str:
    """The public address of a service, without a slash at its end."""
    return str(getattr(settings, f"{service}_url")).rstrip("/")
