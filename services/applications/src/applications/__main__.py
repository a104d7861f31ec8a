"""`python -m applications`: serve, and the commands that operations need."""

from applications.app import build
from applications.commands.people import erase, export
from applications.operations import COMMANDS
from applications.settings import Settings
from nextstep_messaging import Service, run

SERVICE = Service(
    name="applications",
    settings=Settings,
    build=build,
    export_person=export,
    erase_person=erase,
    port=8101,
    commands=COMMANDS,
)

if __name__ == "__main__":
    run(SERVICE)
