from datetime import date
from typing import Annotated, Literal

import pytest
from fastapi import UploadFile
from pydantic import BaseModel, Field, field_validator

from nextstep_web import blank
from nextstep_web.forms import parse


class Enquiry(BaseModel):
    name: Annotated[str, Field(title="Your name", min_length=2, max_length=10)]
    gmc: Annotated[str | None, Field(title="GMC reference")] = None
    year: Annotated[int, Field(title="Year", ge=2024)]
    day: Annotated[date | None, Field(title="Day")] = None
    kind: Annotated[Literal["a", "b"], Field(title="Kind")]
    days: Annotated[list[str], Field(title="Days", min_length=1)]

    @field_validator("gmc")
    @classmethod
    def _seven_digits(cls, value: str | None) -> str | None:
        if value is not None and len(value) != 7:
            raise ValueError("A GMC reference has 7 digits")
        return value


GOOD = {"name": ["Ada"], "year": ["2024"], "kind": ["a"], "days": ["mon", "tue"]}


def errors(**changed: str | list[str]) -> dict[str, str]:
    typed = GOOD | {k: v if isinstance(v, list) else [v] for k, v in changed.items()}
    return parse(typed, Enquiry).errors


def test_a_form_filled_in_rightly_becomes_its_model():
    form = parse(GOOD, Enquiry)
    assert form.valid
    assert form.data == Enquiry(name="Ada", year=2024, kind="a", days=["mon", "tue"])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": " "}, "Enter your name"),
        ({"name": "A"}, "Your name: use at least 2 characters"),
        ({"name": "A" * 11}, "Your name: use at most 10 characters"),
        ({"gmc": "12"}, "A GMC reference has 7 digits"),
        ({"year": "soon"}, "Year: enter a whole number, for example 3"),
        ({"year": "1999"}, "Year: enter 2024 or more"),
        ({"day": "31 Feb"}, "Day: enter a real date, for example 2024-10-08"),
        ({"kind": []}, "Choose kind"),
        ({"kind": "z"}, "Kind: choose one of the options"),
        ({"days": []}, "Choose days"),
    ],
)
def test_each_mistake_is_told_in_words_beside_its_field(changed: dict[str, str], message: str):
    assert errors(**changed) == {next(iter(changed)): message}


def test_what_was_typed_is_kept():
    form = parse(GOOD | {"year": ["soon"]}, Enquiry)
    assert (form.value("year"), form.values_of("days"), form.value("gmc")) == (
        "soon",
        ["mon", "tue"],
        "",
    )


def test_an_invalid_form_has_no_data():
    with pytest.raises(ValueError, match="not valid"):
        parse({}, Enquiry).data  # noqa: B018 - reading it is what fails


def test_a_rule_can_refuse_what_the_model_allowed():
    form = parse(GOOD, Enquiry)
    form.refuse("name", "Somebody of this name is here already")
    assert not form.valid


def test_a_blank_form_holds_what_is_known():
    form = blank(name="Ada", days=["mon"], gmc=None)
    assert (form.value("name"), form.values_of("days"), form.value("gmc")) == ("Ada", ["mon"], "")
    assert form.errors == {}


def test_a_file_field_left_empty_counts_as_not_filled_in():
    class WithFile(BaseModel):
        model_config = {"arbitrary_types_allowed": True}
        file: Annotated[UploadFile | None, Field(title="File")] = None

    empty = UploadFile(filename="", file=None)  # type: ignore[arg-type]
    assert parse({"file": [empty]}, WithFile).data.file is None


def test_braces_in_what_was_typed_do_no_harm():
    assert "kind" in errors(kind="{0}{name}")
