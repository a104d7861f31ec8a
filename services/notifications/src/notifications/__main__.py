"""`python -m notifications`: serve, and the commands that operations need."""

from nextstep_messaging import Service, run
from notifications.app import build
from notifications.data_protection import erase_held, export_person
from notifications.settings import Settings

SERVICE = Service(
    name="notifications",
    settings=Settings,
    build=build,
    export_person=export_person,
    erase_person=erase_held,
    port=8103,
)

if __name__ == "__main__":
    run(SERVICE)
