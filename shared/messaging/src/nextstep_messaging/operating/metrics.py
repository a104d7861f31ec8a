"""Prometheus metrics, registered once per process whatever is built in it."""

from prometheus_client import Counter, Gauge, Histogram

OUTBOX_DEPTH = Gauge("nextstep_outbox_depth", "Events not yet confirmed by the broker")
OUTBOX_AGE = Gauge("nextstep_outbox_age_seconds", "Age of the oldest event not yet confirmed")
TIMERS_DUE = Gauge("nextstep_timers_due", "Timers due by the injected clock and not yet fired")
DEAD_LETTERS = Gauge("nextstep_dead_letters_open", "Dead letters nobody replayed or discarded")
WORK_PENDING = Gauge("nextstep_work_pending", "Work a service has still to do", ["kind"])
SUBSCRIPTION = Gauge("nextstep_subscription_info", "1 per subscription", ["consumer", "event"])
PUBLISHED = Counter(
    "nextstep_published",
    "Events confirmed by the broker; the addressee is empty where all who hear it are sent it",
    ["event", "addressee"],
)
UNROUTABLE = Counter("nextstep_unroutable", "Publishes the broker gave back", ["event"])
HANDLED = Counter("nextstep_handled", "What became of messages", ["consumer", "event", "outcome"])
HANDLER_SECONDS = Histogram(
    "nextstep_handler_seconds", "From taking a message in hand to its commit", ["event"]
)
TIMER_FAILURES = Counter("nextstep_timer_failures", "Timers whose handler failed", ["kind"])
