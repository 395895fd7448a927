"""What was said falsely, or passed without a word, of models when they were attacked."""

from __future__ import annotations

from typing import Any

import numpy as np

import symcheck
from symcheck.counterexamples.parameters import RECIPE, Model, sound, sound_model
from symcheck.identifying import draft_recipe
from symcheck.report import Report


def message(report: Report, check: str) -> str:
    return next(f.message for f in report.findings if f.check == check)


def fixed(numbers: Any) -> Any:
    def build() -> Model:
        return sound_model() | {"mask.weight": np.array(numbers, dtype=float)}

    return build


def test_what_no_build_changes_is_compared_entry_by_entry() -> None:
    mask = np.tril(np.ones((8, 8)))
    found = symcheck.compare(fixed(mask), fixed(mask.T), draws=2)
    assert [row.name for row in found.rows if row.verdict == "different"] == ["mask.weight"]
    assert symcheck.compare(fixed(mask), fixed(mask), draws=2).same
    assert symcheck.compare(fixed([[np.nan, 1]]), fixed([[np.nan, 1]]), draws=2).same


def test_draws_and_one_set_of_numbers_are_not_alike() -> None:
    def seeded() -> Model:
        return sound(np.random.default_rng(0))

    found = symcheck.compare(sound_model, seeded, draws=2)
    assert {row.how for row in found.rows if row.verdict == "different"} == {"randomness"}


def test_complex_numbers_are_compared_in_both_parts_and_not_judged() -> None:
    def build(scale: float = 1.0) -> Model:
        rng = np.random.default_rng()
        return {"norm.scale": np.ones(4), "w": rng.normal(size=(64, 64)) + 1j * scale * rng.normal(size=(64, 64))}

    def slip() -> Model:
        return build(5.0)

    def right() -> Model:
        return build()

    assert symcheck.compare(right, right, draws=4).same
    assert not symcheck.compare(right, slip, draws=4).same
    report = symcheck.check(right, {"w": "normal(1)", "*.scale": "ones"})
    assert "w holds complex numbers" in message(report, "parameter.covered")
    assert any("complex numbers, which are not judged: w" in note for note in report.notes)


def test_a_seed_inside_a_function_that_builds_a_network_is_warned_of() -> None:
    def build() -> list[np.ndarray]:
        rng = np.random.default_rng(0)
        return [rng.normal(size=(16, 16)), rng.normal(size=(4, 16))]

    report = symcheck.check(build)
    assert report.kind == "network"
    assert [f.check for f in report.findings if f.status == "warned"][:1] == ["network.other_seed"]
    assert "the same numbers in all layers" in message(report, "network.other_seed")


def test_infinite_masks_that_are_kept_and_not_trained_are_no_fault() -> None:
    def build() -> Model:
        return sound_model() | {"norm.running_var": np.full(8, np.inf)}

    assert symcheck.check(build).passed
    assert not symcheck.check(lambda: sound_model() | {"norm.scale": np.full(8, np.inf)}).passed


def test_a_seed_that_may_be_given_is_given() -> None:
    def build(seed: int = 0) -> Model:
        return sound(np.random.default_rng(seed))

    report = symcheck.check(build, RECIPE)
    assert report.passed, [f.message for f in report.failures]
    assert report.called_as == "f(seed)"


def test_constants_are_looked_at_in_several_builds() -> None:
    built: list[int] = []

    def build() -> Model:
        built.append(1)
        # From the fourth call on, whichever build that is.
        return sound_model() | {"blocks.0.fc.bias": np.full(96, 0.1 if len(built) > 3 else 0.0)}

    report = symcheck.check(build, RECIPE)
    assert "blocks.0.fc.bias" in message(report, "parameter.structure")
    assert not report.passed


def test_what_is_not_tested_is_said() -> None:
    assert any("not for dependence" in note for note in symcheck.check(sound_model, RECIPE).notes)


def test_a_drafted_recipe_holds_its_own_model() -> None:
    def small() -> Model:
        rng = np.random.default_rng()
        return sound(rng) | {"gate.weight": rng.normal(1, 0.02, 16), "tiny.weight": rng.normal(0, 1, (8, 8))}

    for build in (sound_model, small):
        report = symcheck.check(build, draft_recipe(build))
        assert report.passed, [f.message for f in report.failures]


def test_a_rule_that_says_no_law_is_not_passed_over() -> None:
    report = symcheck.check(sound_model, {"*": "any"})
    assert "not judged, as the recipe says any" in message(report, "parameter.covered")
    report = symcheck.check(sound_model, RECIPE | {"head.weight": "untouched"})
    assert "head.weight: untouched is for functions over modules" in message(report, "parameter.covered")
    assert not report.passed
