"""Style sheet and scripts: built files of this package, cached for a year under their content."""

import hashlib
from functools import cache
from importlib.resources import files
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER: Final = files("nextstep_web") / "static"


class Statics(StaticFiles):
    """The built files, served under `/<service>/static/`.

    An address made by `url` carries a digest of the content, so a browser may keep it for good;
    any other address is asked for again each time.
    """

    def __init__(self, service: str) -> None:
        super().__init__(directory=str(FOLDER))
        self.prefix = f"/{service}/static"

    def url(self, name: str) -> str:
        """The address of a built file, with the digest of its content."""
        return f"{self.prefix}/{name}?v={_digest(name)}"

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with the file and how long it may be kept."""
        response = await super().get_response(path, scope)
        versioned = scope["query_string"].startswith(b"v=")
        response.headers["cache-control"] = (
            "public, max-age=31536000, immutable" if versioned else "no-cache"
        )
        return response


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]
