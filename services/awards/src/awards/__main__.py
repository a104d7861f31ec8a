"""The command line: `python -m awards serve`, and what operations need."""

from awards.app import PORT, build
from awards.data_protection import (
    erase_panellist,
    erase_restored,
    export_person,
    files_of,
    keep_likely_conflicts,
    likely_conflicts,
    owner_of,
)
from awards.holdings import HOLDINGS
from awards.settings import Settings
from nextstep_contracts import RecusalChanged
from nextstep_messaging import Inferred, Service, run
from nextstep_programme import CohortError
from nextstep_web.saying_again import say_again_command

if __name__ == "__main__":
    run(
        Service(
            name="awards",
            settings=Settings,
            build=build,
            export_person=export_person,
            person_files=files_of,
            erase_person=erase_panellist,
            holdings=HOLDINGS,
            inferred=Inferred(likely_conflicts, keep_likely_conflicts),
            erase_restored=erase_restored,
            port=PORT,
            commands=(say_again_command(RecusalChanged, owner_of),),
            unusable=(CohortError,),
        )
    )
