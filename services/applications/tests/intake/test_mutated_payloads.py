"""Mutated payloads of every form product: nothing is lost, nothing doubled, never a 5xx.

`NEXTSTEP_MUTATED` says how many for each product are posted (40 if it is not set); a few hundred
take minutes, and `-s` shows what became of them.
"""

import asyncio
import os
from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applications.intake.adapter import UnreadableError
from applications.intake.field_map.mapping import MappingError, map_submission
from nextstep_local.testing import eventually

from ..mutating import mutated
from ..payloads import Given
from ..vendors import EXAMPLE, SECRETS, SOURCES, VARIANTS, VENDORS

EVERY = (*VENDORS, *VARIANTS)
POSTED = int(os.environ.get("NEXTSTEP_MUTATED", "40"))
AT_ONCE = 20
SHAPES = {
    source: [one for one in EVERY if one.source == source] for source in {v.source for v in VENDORS}
}
"""The shapes in which each product may post, by its form."""


@pytest.mark.parametrize("vendor", EVERY, ids=str)
def test_whatever_a_product_sends_is_mapped_or_refused_with_a_reason(vendor):
    source = SOURCES[vendor.source]

    @settings(max_examples=60, deadline=None)
    @given(st.integers(0, 2**32))
    def read(seed):
        body, content_type = vendor.build(Given(id="f-1"))
        body = mutated(Random(seed), body, content_type)
        try:
            payload = source.adapter.read(body, content_type)
            found = map_submission(payload, source.definition, source.adapter, "Europe/London")
        except UnreadableError as error:
            assert str(error)  # noqa: PT017 -- one of three ends that are all right
        except MappingError as error:
            assert all(error.faults)  # noqa: PT017
        else:
            found.answers.model_dump_json().encode()

    read()


@pytest.fixture
def form_secret(monkeypatch):
    """Every product's form is connected."""
    for name, value in (SECRETS | {"APPLICATIONS_SOURCES": str(EXAMPLE)}).items():
        monkeypatch.setenv(name, value)
    return "set"


@pytest.mark.stack
async def test_of_hundreds_of_mutated_submissions_none_is_lost_or_doubled(running):
    chance = Random("mutated")
    sent = []
    for number in range(POSTED):
        for place, (source, shapes) in enumerate(sorted(SHAPES.items())):
            vendor = shapes[number % len(shapes)]
            given = Given(
                first="Amara",
                last=f"Okafor{number}",
                email=f"{source}{number}@example.org",
                gmc=str(7_100_000 + number * 10 + place),
                files=(),
            )
            body, content_type = vendor.build(given)
            sent.append(vendor.seal(mutated(chance, body, content_type), content_type))
    answers = [*await posted(running, sent), *await posted(running, sent)]  # everything twice
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {200, 202}, statuses
    taken = {a.json()["receipt_id"] for a in answers}
    assert statuses[202] == len(taken)  # one receipt a submission, however often it is posted
    assert await running.read("receipts").count({}) == len(taken)

    async def all_processed():
        return await running.read("receipts").count({"status": "new"}) == 0

    await eventually(all_processed, timeout=120 + 4 * POSTED)
    receipts = await running.read("receipts").find({})
    ends = Counter((receipt["source"], receipt["status"]) for receipt in receipts)
    print(f"\n{len(sent)} submissions, each posted twice: {dict(statuses)}")  # noqa: T201
    print("\n".join(f"{source}: {end} {n}" for (source, end), n in sorted(ends.items())))  # noqa: T201
    assert {end for _, end in ends} == {"applied", "quarantined"}
    assert all(r["faults"] for r in receipts if r["status"] == "quarantined")
    broke = [
        r["faults"] for r in receipts if any("Processing failed" in f for f in r.get("faults", ()))
    ]
    assert broke == []
    applied = {r["_id"] for r in receipts if r["status"] == "applied"}
    versions = await running.read("submissions").find({})
    assert {one["_id"] for one in versions} == applied
    known = {one["_id"] for one in await running.read("applications").find({})}
    assert {one["application_id"] for one in versions} == known
    begun = await running.read("history").find({"kind": "submitted"})
    assert sorted(line["application_id"] for line in begun) == sorted(known)


async def posted(running, sent):
    """Post all, some at a time."""
    found = []
    for start in range(0, len(sent), AT_ONCE):
        part = sent[start : start + AT_ONCE]
        found += await asyncio.gather(
            *(
                running.http.post(
                    s.path,
                    content=s.body,
                    headers=[(key, value.encode()) for key, value in s.headers.items()],
                )
                for s in part
            )
        )
    return found
