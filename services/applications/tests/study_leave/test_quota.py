"""How many files of evidence one Fellow may have kept."""

from datetime import UTC, datetime

import pytest

from applications.admissions.application import Evidence
from applications.study_leave.quota import MOST_BYTES, MOST_FILES, allowance, refuse_beyond
from nextstep_contracts import Refused


def evidence(size):
    at = datetime(2024, 9, 1, tzinfo=UTC)
    return Evidence(
        key="general",
        name="a.pdf",
        given_name="a.pdf",
        content_type="application/pdf",
        size=size,
        file_id="f",
        sent_at=at,
        session_key=None,
    )


def test_the_last_file_and_the_last_byte_are_accepted_and_no_more():
    refuse_beyond([evidence(1)] * (MOST_FILES - 1), 1)
    refuse_beyond([evidence(MOST_BYTES - 5)], 5)
    with pytest.raises(Refused) as refused:
        refuse_beyond([evidence(1)] * MOST_FILES, 1)
    assert refused.value.fields["file"].startswith("You have sent 40 files already.")
    with pytest.raises(Refused) as refused:
        refuse_beyond([evidence(MOST_BYTES - 5)], 6)
    assert "more than 100 MB" in refused.value.fields["file"]


def test_what_may_be_sent_is_said_before():
    assert allowance([]) == "You can send up to 40 files, 100 MB together."
    said = allowance([evidence(2_097_152), evidence(1_048_576)])
    assert said == "You can send up to 40 files, 100 MB together; you have sent 2, 3 MB together."
