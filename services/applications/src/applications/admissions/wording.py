"""Words compared as people spell them."""

import re


def folded(text: str) -> str:
    """A text for comparing: without regard to case, underscores, hyphens or spacing."""
    return " ".join(re.split(r"[\s_\-]+", text.strip())).casefold()
