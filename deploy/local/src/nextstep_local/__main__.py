"""`python -m nextstep_local stack [SERVICE]|up|demo`: what runs on this machine until Ctrl-C.

`stack` is the broker, the database and the mail sink, and says with which settings a service runs
on them; `up` is the whole site; `demo` plays a year.
"""

import shlex
import sys
import threading

from nextstep_local.demo.run import demo
from nextstep_local.machine import MissingError
from nextstep_local.ports import PortTakenError
from nextstep_local.processes import ProgramFailedError
from nextstep_local.secrets_file import kept_secrets
from nextstep_local.service_settings import SERVICES, as_environment, service_settings
from nextstep_local.stack import Stack, StackInUseError
from nextstep_local.up import up

REFUSALS = (MissingError, PortTakenError, ProgramFailedError, StackInUseError, ValueError)


def _stack() -> int:
    with Stack("stack") as stack:
        print(f"RabbitMQ  {stack.amqp_url}")
        print(f"MongoDB   {stack.mongo_url}")
        print(f"Mail      {stack.smtp_url}, stored in {stack.mail_folder}")
        for service in sys.argv[2:]:
            _describe(service, stack)
        print("Ctrl-C stops it.", flush=True)
        threading.Event().wait()
    return 0


def _describe(service: str, stack: Stack) -> None:
    """Print what to paste into another terminal to run one service alone."""
    if service not in SERVICES:
        raise ValueError(f"There is no service {service!r}, only {', '.join(SERVICES)}.")
    secrets = kept_secrets(stack.folder)
    values = service_settings(service, stack, stack.mongo_url, secrets, SERVICES)
    print(f"\nTo run {service} alone, paste this into another terminal:\n")
    for name, value in as_environment(service, values).items():
        print(f"export {name}={shlex.quote(value)}")
    print(f"{shlex.quote(sys.executable)} -m {service} serve\n")


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
