"""Register the method, then open scoring, which freezes it."""

from awards.fellows.act import Act
from awards.judging import scoring
from awards.judging.scoring import Scoring
from awards.judging.store import current_method, known_judging, load_scoring
from awards.panel.colleagues import needs_to_know_all


async def register_method(act: Act) -> Scoring:
    """Put the cohort file's method on record."""
    method = current_method(act.here)
    known = await load_scoring(act.read, act.here)
    registered = scoring.register(known, method, act.by, act.now)
    act.audit("registered the method", registered.id, fingerprint=method.fingerprint)
    return await act.save(registered)


async def open_scoring(act: Act) -> Scoring:
    """Let the panel write."""
    judging = await known_judging(act.read, act.here, act.people)
    await needs_to_know_all(act, judging.panel, whole=not judging.panel.left_out)
    opened = scoring.open_scoring(
        judging.scoring, judging.current_method, judging.opening_problems, act.now
    )
    act.audit("opened scoring", opened.id)
    return await act.save(opened)
