"""The command line: `python -m awards serve`, and what operations need."""

from awards.app import PORT, build
from awards.data_protection import erase_person, export_person
from awards.settings import Settings
from nextstep_messaging import Service, run

if __name__ == "__main__":
    run(
        Service(
            name="awards",
            settings=Settings,
            build=build,
            export_person=export_person,
            erase_person=erase_person,
            port=PORT,
        )
    )
