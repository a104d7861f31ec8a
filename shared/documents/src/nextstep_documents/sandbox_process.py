"""A process that has files looked at for `sandbox.py`; it ends when its input does.

Each file is looked at by a child of its own, which ends with it: at its last moment of processor
time whatever it is in the midst of, and the next child begins with all that is imported. What a
file may have done to the child that looked at it, the next file does not meet.
"""

import json
import os
import resource
import signal
import sys
from importlib import import_module
from math import ceil
from typing import Any

from nextstep_documents.sandbox import (
    LONGEST_ANSWER,
    LOST,
    MEMORY,
    OUT_OF_MEMORY,
    OUT_OF_TIME,
    receive,
    send,
)

ENDED_OF_MEMORY = 77
"""The status with which a child ends that wanted more."""


def answered(head: dict[str, Any], data: bytes) -> bytes:
    """What was asked about a file, as a child of its own says it."""
    module, _, name = head["call"].partition(":")
    look = getattr(import_module(module), name)  # what it needs is not the file's to pay
    coming, going = os.pipe()
    child = os.fork()
    if child == 0:
        for held in (coming, sys.stdin.fileno(), sys.stdout.fileno()):
            os.close(held)  # it learns of no other file, and answers for none
        _look(look, head, data, going)
    os.close(going)
    with os.fdopen(coming, "rb") as pipe:
        said = pipe.read(LONGEST_ANSWER + 1)  # longer than any is refused by who asked
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status == 0:
        return said
    if status in (-signal.SIGPROF, -signal.SIGXCPU):
        return json.dumps({OUT_OF_TIME: True}).encode()
    lost = f"ended by {status}"
    return json.dumps({OUT_OF_MEMORY: True} if status == ENDED_OF_MEMORY else {LOST: lost}).encode()


def _look(look: Any, head: dict[str, Any], data: bytes, answer: int) -> None:
    """In the child: look at the file, write the answer, and end."""
    status = 1
    try:
        seconds = head["cpu_seconds"]
        # for what sets the timer off: whole seconds, and nothing can raise it
        most = ceil(seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (most, most))
        signal.setitimer(signal.ITIMER_PROF, seconds)
        said = json.dumps(look(head["about"], data)).encode()
        with os.fdopen(answer, "wb") as pipe:
            pipe.write(said)
        status = 0
    except MemoryError:
        status = ENDED_OF_MEMORY
    finally:
        os._exit(status)  # nothing of the parent's is to be ended twice


def main() -> None:
    """Answer until nobody asks any more."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # files of applicants are not left in dumps
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the service, which ends us
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            head = json.loads(receive(asked))
            data = receive(asked)
            said = answered(head, data)
        except EOFError:
            return
        except MemoryError:
            said = json.dumps({OUT_OF_MEMORY: True}).encode()
        send(answers, said)


if __name__ == "__main__":
    main()
