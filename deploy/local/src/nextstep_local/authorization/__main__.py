"""Write `docs/authorization.md` from the tables: `python -m nextstep_local.authorization`."""

from nextstep_local.authorization.document import PAGE, document

PAGE.write_text(document(), "utf-8")
print(f"{PAGE} is written.")
