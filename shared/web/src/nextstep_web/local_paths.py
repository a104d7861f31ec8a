"""Where a person may be sent after signing in: only to a page of this site."""

from urllib.parse import urlsplit


def local_path(candidate: str | None, default: str = "/") -> str:
    """Return `candidate` if it is a path on this host, else `default`.

    Browsers read a backslash as a slash and drop tabs and line breaks, and "//host/" leads to
    another host; a path with any of these is not followed.
    """
    if not candidate or not candidate.startswith("/") or candidate.startswith("//"):
        return default
    if "\\" in candidate or any(
        ord(letter) <= ord(" ") or letter == "\x7f" for letter in candidate
    ):
        return default
    try:
        parts = urlsplit(candidate)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else candidate
