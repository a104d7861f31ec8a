"""The tests of a service's table: give them a table and a fixture `world`, and they run."""

from collections.abc import Callable
from typing import ClassVar

import pytest

from nextstep_local.authorization.asking import (
    check_answers,
    check_extra_fields,
    check_head,
    check_methods,
    check_pressed_twice,
    check_token,
)
from nextstep_local.authorization.downloads import check_downloads
from nextstep_local.authorization.routes import routes_of
from nextstep_local.authorization.strange import check_strange_values
from nextstep_local.authorization.table import Asked, Table, forgotten
from nextstep_local.authorization.world import World
from nextstep_local.fuzzing.checking import check_drawn_requests
from nextstep_local.fuzzing.description import Description, describe

_CHOSEN: dict[str, Callable[[Asked], bool]] = {
    "asked": lambda _: True,
    "form": lambda asked: not asked.route.safe and not asked.for_machines,
    "looked_at": lambda asked: asked.route.method == "GET" and not asked.row.head_apart,
}
"""What a test of one row is given, by the name that it has for it."""


class AuthorizationSuite:
    """Derive a class `Test…` from it in the service's tests."""

    table: ClassVar[Table]
    described: ClassVar[Description | None] = None
    """Read once for all rows."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test for each row, or for each path."""
        for name, chosen in _CHOSEN.items():
            if name in metafunc.fixturenames:
                rows = [asked for asked in self.table if chosen(asked)]
                metafunc.parametrize(name, rows, ids=str)
        if "path" in metafunc.fixturenames:
            metafunc.parametrize("path", [*self.table.offered])

    def test_every_route_has_its_row_and_every_row_its_route(self, world: World) -> None:
        """Nobody adds a route without saying who may use it."""
        missing = forgotten(self.table, routes_of(world.app))
        assert not missing, "\n\n".join(missing)

    def test_the_world_holds_everybody_and_everything_that_the_table_names(
        self, world: World
    ) -> None:
        """A name without a person or a thing would be tested with nothing."""
        assert set(world.people) == set(self.table.people)
        assert {asked.row.thing for asked in self.table} - {""} <= set(world.things)

    async def test_everybody_is_answered_as_the_table_says(
        self, world: World, asked: Asked
    ) -> None:
        """Each row, asked as everybody about everything."""
        await check_answers(world, self.table, asked)

    async def test_a_form_without_its_token_is_refused(self, world: World, form: Asked) -> None:
        """Whoever sends it."""
        await check_token(world, self.table, form)

    async def test_what_is_pressed_twice_is_done_once(self, world: World, form: Asked) -> None:
        """And the second answer says what is so."""
        await check_pressed_twice(world, self.table, form)

    async def test_fields_that_a_form_does_not_show_change_nothing(
        self, world: World, form: Asked
    ) -> None:
        """Whatever they are called."""
        await check_extra_fields(world, self.table, form)

    async def test_other_methods_are_not_allowed(self, world: World, path: str) -> None:
        """And the answer says which are."""
        await check_methods(world, self.table, path)

    async def test_head_is_answered_like_get(self, world: World, looked_at: Asked) -> None:
        """Without a body, and without effect."""
        await check_head(world, self.table, looked_at)

    async def test_every_table_is_a_file_for_people_too(self, world: World) -> None:
        """As Excel, with columns to choose, wherever it can be had as CSV."""
        assert await check_downloads(world, self.table)

    async def test_nothing_that_is_sent_breaks_it(self, world: World, asked: Asked) -> None:
        """Strange values in each place, as somebody who may ask."""
        await check_strange_values(world, self.table, asked)

    async def test_nothing_that_is_drawn_breaks_it(self, world: World, asked: Asked) -> None:
        """Requests drawn from the application's own description, as everybody."""
        kind = type(self)
        kind.described = kind.described or await describe(world, self.table)
        await check_drawn_requests(world, self.table, asked, kind.described)
