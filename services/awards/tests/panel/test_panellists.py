"""What the office must say of a panellist."""

import pytest

from awards.panel.panellists import check_panellist
from nextstep_contracts import Refused


def test_a_panellist_needs_a_name_an_address_and_an_organisation_of_the_panel():
    assert check_panellist(" Jo ", " jo@x.org ", "KBS", ("KHP", "KBS")) == ("Jo", "jo@x.org")
    with pytest.raises(Refused) as refused:
        check_panellist("", "not an address", "NHS", ("KHP", "KBS"))
    assert sorted(refused.value.fields) == ["email", "name", "organisation"]
