"""A process that looks at files for `sandbox.py`; it ends when its input does."""

import json
import os
import resource
import signal
import sys
import time
from importlib import import_module
from typing import Any

from nextstep_documents.sandbox import MEMORY, OUT_OF_MEMORY, OUT_OF_TIME, receive, send


class OutOfTimeError(BaseException):
    """A file has used up its processor time. Nothing that looks at files may catch it."""


def _out_of_time(_signal: int, _frame: object) -> None:
    raise OutOfTimeError


def looked_at(head: dict[str, Any], data: bytes) -> dict[str, Any]:
    """What was asked about a file. The name of the function comes from the service, not from it."""
    module, _, name = head["call"].partition(":")
    look = getattr(import_module(module), name)  # what it needs is not the file's to pay
    # counted since the process began, in whole seconds: for what does not hear the signal
    most = int(time.process_time()) + 2 + int(head["cpu_seconds"])
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
    try:
        signal.setitimer(signal.ITIMER_PROF, head["cpu_seconds"])
        answer: dict[str, Any] = look(head["about"], data)
        signal.setitimer(signal.ITIMER_PROF, 0)
    except OutOfTimeError:
        return {OUT_OF_TIME: True}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return answer


def main() -> None:
    """Answer until nobody asks any more. Running out of memory or time ends it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # files of applicants are not left in dumps
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the service, which ends us
    signal.signal(signal.SIGPROF, _out_of_time)
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            head = json.loads(receive(asked))
            data = receive(asked)
            answer = json.dumps(looked_at(head, data)).encode()
        except EOFError:
            return
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        send(answers, answer)


if __name__ == "__main__":
    main()
