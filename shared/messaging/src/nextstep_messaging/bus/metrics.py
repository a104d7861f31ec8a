"""What is counted of messages; registered once per process whatever is built in it."""

from prometheus_client import Counter, Gauge, Histogram

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
