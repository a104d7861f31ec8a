"""Make every ordinary way to end a run pass through its clean-up, and let that finish."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def end_on_termination() -> None:
    """Turn SIGTERM and SIGHUP into an ordinary exit, so that `with` blocks and atexit run.

    Only where nothing else handles them, and only in the main thread (Python allows no other).
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _exit)
    # A shell without job control starts background commands with Ctrl-C ignored.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _exit(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Ignore further Ctrl-C and SIGTERM meanwhile.

    People press Ctrl-C twice, and some launchers pass on a signal that the terminal sent already;
    the second one would end a clean-up half done and leave programs running. What runs inside
    must therefore be bounded in time.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
