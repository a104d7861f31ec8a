"""The invented applicants are the same every time, and as awkward as announced."""

import io
from collections import Counter
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import puremagic
import pytest

from applications.employers.employer_list import EmployerList, begun_with
from applications.intake.adapter import Delivery
from applications.intake.adapters import ADAPTERS
from applications.intake.authentication import proof_of
from applications.intake.field_map.mapping import map_submission
from applications.intake.sources import load_sources
from nextstep_local.demo.applicants import QUIRKS, invent_applicants
from nextstep_local.demo.mailbox import Mailboxes
from nextstep_local.demo.papers import pdf
from nextstep_local.demo.products import DrupalForm, JotformForm, TypeformForm
from nextstep_local.demo.quiet import take_pulse
from nextstep_local.demo.specialties import BY_NAME, COHORT, OUT_OF_REACH
from nextstep_local.secrets_file import SiteSecrets
from nextstep_local.site_forms import form_secret, write_forms


def test_one_seed_gives_one_year() -> None:
    first, again = (
        [a.submission() for a in invent_applicants(7, 140)],
        [a.submission() for a in invent_applicants(7, 140)],
    )
    assert first == again
    assert first != [a.submission() for a in invent_applicants(8, 140)]


@pytest.mark.parametrize("count", [40, 140])
def test_every_quirk_is_there_and_addresses_differ(count: int) -> None:
    people = invent_applicants(2024, count)
    assert len({person.email for person in people}) == count
    quirks = Counter(person.quirk for person in people)
    assert set(quirks) == {"plain", *QUIRKS}
    if count == 140:
        assert {quirk: quirks[quirk] for quirk in QUIRKS} == QUIRKS


def test_grade_number_employer_and_date_are_those_of_the_specialty() -> None:
    known = begun_with(EmployerList(), COHORT.employers)
    people = invent_applicants(2024, 140)
    assert {person.answers["specialty"] for person in people} == set(BY_NAME)
    for person in people:
        said = person.answers | person.corrections
        specialty = BY_NAME[said["specialty"]]
        assert said["training_grade"] in specialty.last_grades
        council, other = (
            ("gdc_number", "gmc_number") if specialty.dental else ("gmc_number", "gdc_number")
        )
        number = "".join(filter(str.isdecimal, said[council]))
        assert not said.get(other)
        assert len(number) == 7 or specialty.dental
        if said["ntn"]:
            assert said["ntn"].split("/") == ["EAN", f"{specialty.number:03}", number, "C"]
        in_practice = specialty.name in {"General practice", "Orthodontics"}
        assert (known.meant_by(said["trust"]) is None) == in_practice


def test_no_gp_is_a_registrar_of_later_years_and_who_is_nearly_done_is_in_the_last_grade() -> None:
    for person in invent_applicants(2024, 140):
        specialty, answers = BY_NAME[person.answers["specialty"]], person.answers
        if specialty.name == "General practice":
            assert answers["training_grade"] in {"ST1", "ST2", "ST3"}
        if "-" in answers["cct_date"]:
            completes = date.fromisoformat(answers["cct_date"])
            assert answers["training_grade"] == specialty.grade(completes)
            assert (completes >= OUT_OF_REACH) == (person.quirk == "too far from CCT")


def test_people_write_one_employer_in_several_ways() -> None:
    known = begun_with(EmployerList(), COHORT.employers)
    written = {str(person.answers["trust"]) for person in invent_applicants(2024, 140)}
    meant = {known.meant_by(one) for one in written} - {None}
    assert len(written) > 1.5 * len(meant) > 0


def test_addresses_can_never_reach_anybody() -> None:
    assert {p.email.split("@")[1] for p in invent_applicants(1, 140)} == {"trainee.example.org"}


@pytest.mark.parametrize("count", [40, 140])
def test_people_come_by_every_form_and_one_seed_gives_one_form(count: int) -> None:
    people = invent_applicants(2024, count)
    assert Counter(p.source for p in people).keys() == {"native", "typeform", "jotform", "drupal"}
    again = invent_applicants(2024, count)
    assert [p.source for p in people] == [p.source for p in again]


def test_every_form_posts_what_its_source_reads_as_the_same_answers(tmp_path) -> None:
    secrets = SiteSecrets("s", "l", "whsec_c2VjcmV0IG9mIHRoZSBmb3Jt", "k")
    known = write_forms(tmp_path, secrets)
    environ = {f"APPLICATIONS_{name.upper()}": value for name, value in known.items()}
    sources = load_sources(tmp_path / "sources.yaml", environ)
    now = datetime(2024, 8, 1, 10, tzinfo=UTC)
    kinds = {kind.source: kind for kind in (TypeformForm, JotformForm, DrupalForm)}
    for person in invent_applicants(2024, 140):
        if person.source == "native":
            continue
        source = sources[person.source]
        form = kinds[person.source](None, "http://x", form_secret(secrets, person.source))
        sent = form.request(person.submission(), now)
        token = parse_qs(urlsplit(sent.url).query).get("token") or [sent.url.rpartition("/")[2]]
        proof = proof_of(source, Delivery(sent.body, sent.headers, {}, token[0]), now)
        assert proof is not None
        assert proof.holds([sent.body])
        payload = source.adapter.read(sent.body, sent.headers["content-type"])
        found = map_submission(payload, source.definition, source.adapter, "Europe/London")
        native = map_submission(
            person.submission(), sources["native"].definition, ADAPTERS["standard-webhooks"], "UTC"
        )
        assert found.answers == native.answers
        files = {upload.key: upload.data for upload in found.uploads}
        expected = {} if person.source == "typeform" else person.uploads
        assert files == {key: upload.data for key, upload in expected.items()}


def test_the_uploads_are_real_pdfs() -> None:
    made = pdf("A (good) title", ["one \\ two"])
    assert puremagic.from_stream(io.BytesIO(made), mime=True) == "application/pdf"
    start = int(made.rsplit(b"startxref\n", 1)[1].split()[0])
    assert made[start:].startswith(b"xref")
    first = made[start:].split(b"\n")[3].split()[0]
    assert made[int(first) :].startswith(b"1 0 obj")


METRICS = """
nextstep_outbox_depth 0.0
nextstep_timers_due {timers}
nextstep_subscription_info{{consumer="awards",event="PlaceAccepted"}} 1.0
nextstep_subscription_info{{consumer="scheduling",event="PlaceAccepted"}} 1.0
nextstep_published_total{{event="PlaceAccepted",addressee=""}} 2.0
nextstep_handled_total{{consumer="awards",event="PlaceAccepted",outcome="handled"}} {handled}
nextstep_handled_total{{consumer="awards",event="PlaceAccepted",outcome="retried"}} 5.0
nextstep_handled_total{{consumer="scheduling",event="PlaceAccepted",outcome="unwanted"}} 2.0
"""


def test_quiet_means_delivered_to_every_subscriber_and_nothing_due() -> None:
    def restless(timers: int, handled: int) -> dict[str, int]:
        return take_pulse({"x": METRICS.format(timers=timers, handled=handled)}).restless

    assert restless(timers=0, handled=2) == {}
    assert restless(timers=0, handled=1) == {"PlaceAccepted": 1}
    assert restless(timers=1, handled=2) == {"x nextstep_timers_due": 1}


def test_quiet_expects_an_addressed_event_at_its_addressee_alone() -> None:
    for addressee, expected in (("awards", 3), ("notifications", 0)):
        text = f"""
nextstep_subscription_info{{consumer="awards",event="EmailSent"}} 1.0
nextstep_subscription_info{{consumer="scheduling",event="EmailSent"}} 1.0
nextstep_published_total{{event="EmailSent",addressee="{addressee}"}} 3.0
"""
        restless = take_pulse({"x": text}).restless
        assert restless == ({"EmailSent": expected} if expected else {})


async def test_mailboxes_sort_by_recipient_and_read_on(smtp_sink) -> None:
    from email.message import EmailMessage
    from smtplib import SMTP

    boxes = Mailboxes(smtp_sink.folder)
    assert boxes.collect() == []
    for number in (1, 2):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = (
            "a@example.org",
            "B@example.org",
            f"No. {number}",
        )
        mail.set_content(f"Open <http://127.0.0.1:8101/applications/link/{number}>.")
        with SMTP("127.0.0.1", smtp_sink.port) as client:
            client.send_message(mail)
        assert [one.title for one in boxes.collect()] == [f"No. {number}"]
    assert [one.link("/link/") for one in boxes.of("b@example.org")] == [
        "http://127.0.0.1:8101/applications/link/1",
        "http://127.0.0.1:8101/applications/link/2",
    ]
