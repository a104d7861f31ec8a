"""`python -m scheduling serve`, and the commands that operations need."""

from nextstep_messaging import Service, run
from nextstep_programme import CohortError
from scheduling.app import build
from scheduling.data_protection import erase_person, erase_restored, export_person
from scheduling.holdings import HOLDINGS
from scheduling.settings import Settings

SERVICE = Service(
    name="scheduling",
    settings=Settings,
    build=build,
    export_person=export_person,
    erase_person=erase_person,
    holdings=HOLDINGS,
    erase_restored=erase_restored,
    port=8102,
    unusable=(CohortError,),
)

if __name__ == "__main__":
    run(SERVICE)
