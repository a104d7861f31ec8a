"""The registered method and its fingerprint."""

import json
from hashlib import sha256

from awards.judging.method import canonical, method_of
from nextstep_programme import cohort_path, load_cohort

from ..builders import a_method


def test_the_fingerprint_is_the_sha256_of_the_canonical_json():
    method = a_method()
    text = json.dumps(
        method.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert method.fingerprint == sha256(text.encode()).hexdigest()


def test_any_change_of_the_definition_changes_the_fingerprint():
    method = a_method()
    changes = [
        {"version": "2"},
        {"scale": 6},
        {"tie_breaks": ("rigour", "impact")},
        {"criteria": method.criteria[::-1]},
        {"bursaries": 4},
        {"minimum_judges": 2},
        {"aggregation": "the median"},
    ]
    prints = {method.fingerprint, *(method.but(**change).fingerprint for change in changes)}
    assert len(prints) == len(changes) + 1


def test_canonical_json_does_not_depend_on_the_order_of_keys():
    assert (
        canonical({"b": 1, "a": "é"}) == canonical({"a": "é", "b": 1}) == '{"a":"é","b":1}'.encode()
    )


def test_the_cohort_file_defines_the_method():
    cohort = load_cohort(cohort_path("2024-25")).cohort
    method = method_of(cohort, 3)
    assert method.keys == tuple(one.key for one in cohort.awards.criteria)
    assert method.tie_breaks == cohort.awards.tie_breaks
    assert method.bursaries == 5
    assert method.fingerprint == method_of(cohort, 3).fingerprint


def test_a_sheet_needs_points_on_the_scale_for_every_criterion_and_for_no_other():
    method = a_method()
    assert method.problems({"impact": 1, "rigour": 5}) == {}
    assert sorted(method.problems({"impact": 0, "extra": 1})) == ["extra", "impact", "rigour"]
    assert sorted(method.problems({"impact": 6, "rigour": 5})) == ["impact"]


def test_the_total_weighs_the_points():
    method = a_method()
    assert method.total({"impact": 4, "rigour": 3}) == 11
    assert method.highest_total == 15
