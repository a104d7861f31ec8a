"""Invented people. Any likeness is chance: given and family names are combined at random."""

import random
import re
import unicodedata
from pathlib import Path

HERE = Path(__file__).parent
GIVEN = (HERE / "given_names.txt").read_text("utf-8").splitlines()
FAMILY = (HERE / "family_names.txt").read_text("utf-8").splitlines()


def invent(chance: random.Random, count: int) -> list[str]:
    """`count` different names, family names differing as long as there are enough."""
    families = [chance.sample(FAMILY, len(FAMILY)) for _ in range(count // len(FAMILY) + 1)]
    chosen = [family for round_ in families for family in round_][:count]
    return [f"{chance.choice(GIVEN)} {family}" for family in chosen]


def address(name: str, number: int) -> str:
    """An address under a domain that RFC 2606 reserves, so that no mail can ever reach anybody."""
    plain = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("Ø", "O"))
    local = re.sub(r"[^a-z]+", ".", plain.encode("ascii", "ignore").decode().lower()).strip(".")
    return f"{local}.{number}@trainee.example.org"
