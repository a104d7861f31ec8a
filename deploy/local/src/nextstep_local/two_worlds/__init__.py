"""Non-interference: nobody learns from any answer what they must not know.

Two worlds hold the same but for one thing that a viewer must not know. Everything that can be
asked is asked in both as that viewer, and must be answered alike, to the byte. For a viewer who
may know it the worlds must differ, or the comparison proves nothing.

    async with pair_of(build, mongo_url, databases) as both:
        ...                     # what happens in both worlds
        worlds = both.split()
        ...                     # what happens in `both.one`, and what in `both.other`
        await assert_alike(worlds, viewer, asked)
        assert page in await told_apart(worlds, office, asked, only=[page])
"""

from nextstep_local.two_worlds.comparing import Difference
from nextstep_local.two_worlds.copying import copy_database
from nextstep_local.two_worlds.still import Pair, Still, pair_of
from nextstep_local.two_worlds.touring import Tour, assert_alike, told_apart, tour
from nextstep_local.two_worlds.worlds import NOBODY, FurtherValues, Post, Viewer, World

__all__ = [
    "NOBODY",
    "Difference",
    "FurtherValues",
    "Pair",
    "Post",
    "Still",
    "Tour",
    "Viewer",
    "World",
    "assert_alike",
    "copy_database",
    "pair_of",
    "told_apart",
    "tour",
]
