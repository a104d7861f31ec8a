"""`python -m notifications`: serve, and the commands that operations need."""

from nextstep_messaging import Service, run
from nextstep_programme import CohortError
from notifications.app import build
from notifications.data_protection import erase_person, erase_restored, export_person
from notifications.holdings import HOLDINGS
from notifications.settings import Settings

SERVICE = Service(
    name="notifications",
    settings=Settings,
    build=build,
    export_person=export_person,
    erase_person=erase_person,
    holdings=HOLDINGS,
    erase_restored=erase_restored,
    port=8103,
    unusable=(CohortError,),
)

if __name__ == "__main__":
    run(SERVICE)
