"""The meetings of a learning set.

A set keeps its members across all topics and meets in the same slot of each topic.
"""

from nextstep_programme import Cohort
from scheduling.calendar.session import Session
from scheduling.learning_sets.allocation import set_id


def meetings(cohort: Cohort, number: int) -> tuple[Session, ...]:
    """The sessions of set `number`: its slot in each topic, still without an audience."""
    plan = cohort.learning_sets
    found = []
    for order, topic in enumerate(plan.topics, start=1):
        on, starts, ends = plan.slots(topic)[number - 1]
        found.append(
            Session(
                session_id=f"{cohort.id}:{topic.key}-set-{number}",
                cohort=cohort.id,
                kind="learning_set",
                title=f"Action learning set {number}, topic {order}: {topic.title}",
                on=on,
                starts=starts,
                ends=ends,
                zone=cohort.zone,
                venue=plan.venue,
                number=order,
                audience=(),
                set_id=set_id(cohort.id, number),
                topic=topic.key,
            )
        )
    return tuple(found)
