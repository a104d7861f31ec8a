"""`python -m scheduling serve`, and the commands that operations need."""

from nextstep_messaging import Service, run
from scheduling.app import build
from scheduling.data_protection import erase_person, export_person
from scheduling.settings import Settings

SERVICE = Service(
    name="scheduling",
    settings=Settings,
    build=build,
    export_person=export_person,
    erase_person=erase_person,
    port=8102,
)

if __name__ == "__main__":
    run(SERVICE)
