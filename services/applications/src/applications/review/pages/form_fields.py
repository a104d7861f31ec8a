"""What was typed into the forms of a review, whose fields depend on its criteria."""

from typing import Any

from fastapi import Request

from nextstep_web import Form


def seen_again(typed: dict[str, list[str]], fields: dict[str, str], prefix: str = "") -> Form[Any]:
    """A form with what was typed and what a rule refused; criteria have a prefix before them."""
    return Form(typed, None, {f"{prefix}{name}": text for name, text in fields.items()})


async def typed_in(request: Request) -> dict[str, list[str]]:
    """What was typed, by field."""
    sent = await request.form()
    return {name: [str(value) for value in sent.getlist(name)] for name in sent}


def last(typed: dict[str, list[str]], name: str) -> str:
    """The value of a field, without surrounding blanks."""
    return typed.get(name, [""])[-1].strip()


def number(text: str, most_digits: int = 4) -> int | None:
    """A whole number that was typed; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= most_digits else None
