"""`python -m applications`: serve, and the commands that operations need."""

from applications.app import build
from applications.data_protection import erase, export
from applications.office.rule_trial_command import DRY_RUN
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
    commands=(*COMMANDS, DRY_RUN),
)

if __name__ == "__main__":
    run(SERVICE)
