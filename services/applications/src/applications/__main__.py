"""`python -m applications`: serve, and the commands that operations need."""

from applications.app import build
from applications.data_protection import erase_known, erase_restored, owner_of
from applications.employers.keeping import say_list_again
from applications.holdings import HOLDINGS
from applications.intake.sources import SourcesError
from applications.office.rule_trial_command import DRY_RUN
from applications.operations import COMMANDS
from applications.person_export import export, files_of
from applications.review.forgetting_reviewers import keep_likely_conflicts, likely_conflicts
from applications.settings import Settings
from nextstep_contracts import ConflictChanged
from nextstep_messaging import Inferred, Service, run
from nextstep_programme import CohortError
from nextstep_web.saying_again import say_again_command

SERVICE = Service(
    name="applications",
    settings=Settings,
    build=build,
    export_person=export,
    person_files=files_of,
    erase_person=erase_known,
    holdings=HOLDINGS,
    inferred=Inferred(likely_conflicts, keep_likely_conflicts),
    erase_restored=erase_restored,
    port=8101,
    commands=(*COMMANDS, DRY_RUN, say_again_command(ConflictChanged, owner_of, say_list_again)),
    unusable=(CohortError, SourcesError),
)

if __name__ == "__main__":
    run(SERVICE)
