"""`python -m nextstep_local stack|up|demo`: what runs on this machine until Ctrl-C.

`stack` is the broker, the database and the mail sink; `up` the whole site; `demo` plays a year.
"""

import sys
import threading

from nextstep_local.demo.run import demo
from nextstep_local.ports import PortTakenError
from nextstep_local.processes import ProgramFailedError
from nextstep_local.rabbitmq import RabbitMissingError
from nextstep_local.stack import Stack, StackInUseError
from nextstep_local.up import up

REFUSALS = (PortTakenError, ProgramFailedError, RabbitMissingError, StackInUseError, ValueError)


def _stack() -> int:
    with Stack("stack") as stack:
        print(f"RabbitMQ  {stack.amqp_url}")
        print(f"MongoDB   {stack.mongo_url}")
        print(f"Mail      {stack.smtp_url}, stored in {stack.mail_folder}")
        print("Ctrl-C stops it.", flush=True)
        threading.Event().wait()
    return 0


def main() -> int:
    """Run the command named on the command line."""
    commands = {"stack": _stack, "up": up, "demo": demo}
    command = commands.get(sys.argv[1] if len(sys.argv) > 1 else "")
    if command is None:
        print(f"usage: python -m nextstep_local {'|'.join(commands)}", file=sys.stderr)
        return 2
    try:
        return command()
    except KeyboardInterrupt:
        return 130
    except REFUSALS as refusal:
        print(refusal, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
