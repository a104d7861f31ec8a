"""The process that looks at files for `sandbox.py`; it ends when its input does."""

import json
import resource
import signal
import sys
from dataclasses import asdict
from typing import Any

from applications.documents.inspection import Upload, inspect
from applications.documents.plain_text import text_of
from applications.documents.sandbox import MEMORY, receive, send


def looked_at(about: dict[str, Any], data: bytes) -> dict[str, Any]:
    """What was asked about a file."""
    if about["do"] == "text":
        return {"text": text_of(data, about["content_type"])}
    return asdict(inspect(Upload(about["key"], about["name"], data)))


def main() -> None:
    """Answer until nobody asks any more. Running out of memory ends it, which is an answer too."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # files of applicants are not left in dumps
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the service, which ends us
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            about = json.loads(receive(asked))
            data = receive(asked)
        except EOFError:
            return
        send(answers, json.dumps(looked_at(about, data)).encode())


if __name__ == "__main__":
    main()
