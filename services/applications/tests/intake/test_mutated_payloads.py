"""Mutated payloads of every form product: nothing is lost, nothing doubled, never a 5xx.

`NEXTSTEP_MUTATED` says how many for each product are posted (40 if it is not set); a few hundred
take minutes, and `-s` shows what became of them.
"""

import asyncio
import faulthandler
import os
import time
from collections import Counter, defaultdict
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
PATIENCE = 120.0
"""Seconds without a single receipt being processed, after which the wait has failed: how long all
of them take says more of the machine than of us."""
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
    faulthandler.cancel_dump_traceback_later()  # of ten minutes for one test: see PATIENCE
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
            sealed = vendor.seal(mutated(chance, body, content_type), content_type)
            sent.append((source, sealed))
    began = time.monotonic()
    first, second = [await posted(running, [one for _, one in sent]) for _ in range(2)]
    answers = [*first, *second]
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {200, 202}, statuses
    taken = {a.json()["receipt_id"] for a in answers}
    assert statuses[202] == len(taken)  # one receipt a submission, however often it is posted
    assert await running.read("receipts").count({}) == len(taken)
    assert [a.json()["receipt_id"] for a in first] == [a.json()["receipt_id"] for a in second]
    of_receipt = defaultdict(set)
    for (source, one), answer in zip(sent, first, strict=True):
        of_receipt[answer.json()["receipt_id"]].add((source, said_by(source, one)))
    assert {len(said) for said in of_receipt.values()} == {1}  # whoever shares one said the same
    posted_in = time.monotonic() - began
    await processed(running)
    took = time.monotonic() - began
    receipts = await running.read("receipts").find({})
    ends = Counter((receipt["source"], receipt["status"]) for receipt in receipts)
    print(f"\n{len(sent)} submissions, each posted twice: {dict(statuses)}")  # noqa: T201
    print(f"posted in {posted_in:.0f} s, processed after {took:.0f} s")  # noqa: T201
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


def said_by(source, sent):
    """What a body says: one of parts is parted by other words each time."""
    if "multipart" not in sent.headers.get("content-type", ""):
        return sent.body
    try:
        return repr(SOURCES[source].adapter.read(sent.body, sent.headers["content-type"]))
    except UnreadableError:
        return sent.body


async def processed(running):
    """Wait until no receipt is new any more, as long as they become fewer."""

    async def fewer():
        left = await running.read("receipts").count({"status": "new"})
        return {"left": left} if left < before else None

    before = await running.read("receipts").count({}) + 1
    while before:
        before = (await eventually(fewer, timeout=PATIENCE, every=1.0))["left"]
