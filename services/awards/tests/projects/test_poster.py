"""What is accepted as a poster."""

import pytest

from awards.projects.poster import check_poster
from nextstep_contracts import Refused


def test_a_poster_is_a_pdf_by_content_and_within_the_limit():
    check_poster(b"\n%PDF-1.7 ...", 100)
    for data in (b"MZ not a pdf.pdf", b"", b"%PDF-" + b"x" * 100):
        with pytest.raises(Refused):
            check_poster(data, 100)
