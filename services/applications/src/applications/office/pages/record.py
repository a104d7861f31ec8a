"""What was kept about an application beside its present state, gathered for its page."""

from dataclasses import dataclass
from typing import Any

from applications.admissions import kept_versions, store
from applications.admissions.application import Application
from applications.admissions.history import HistoryLine
from applications.admissions.versions import Version
from nextstep_messaging import Database
from nextstep_web.display import short_moment


@dataclass(frozen=True)
class Dossier:
    """Records that never change, in the order in which they were made."""

    history: list[dict[str, Any]]
    versions: list[Version]
    mail: list[dict[str, Any]]
    movements: list[dict[str, Any]]
    notes: list[dict[str, Any]]

    @classmethod
    async def of(cls, db: Database, application: Application) -> "Dossier":
        """Read them."""
        mine = {"application_id": application.id}
        letters = await db.read(store.CORRESPONDENCE).get(application.person_id)
        mail = letters["mail"] if letters else []
        history = await store.load_history(db.read, application.id)
        return cls(
            history=[_line(line) for line in history],
            versions=await kept_versions.of_application(db.read, application.id),
            mail=[_mail(m) for m in mail if m["application_id"] == application.id],
            notes=await db.read(store.NOTES).find(mine, sort=[("at", -1)]),
            movements=await db.read(store.MOVEMENTS).find(mine, sort=[("sequence", 1)]),
        )


def _line(line: HistoryLine) -> dict[str, Any]:
    what = {"text": line.what, "hint": line.why} if line.why else line.what
    return {"at": short_moment(line.at), "what": what, "who": line.who}


def _mail(row: dict[str, Any]) -> dict[str, Any]:
    sent, bounced = row.get("sent"), row.get("bounced")
    state = {"tag": "Sent", "colour": "green"}
    if bounced and (sent is None or bounced["revision"] > sent["revision"]):
        state = {"tag": "Came back", "colour": "red"}
    return {
        "title": sent["title"] if sent else row["cause"].split(".")[1],
        "state": state,
        "at": short_moment(sent["at"] if sent else row["bounced"]["at"]),
        "note": bounced["diagnostic"] if bounced else None,
    }
