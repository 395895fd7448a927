"""Models judged parameter by parameter: what passes, and which words are said of what does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symcheck
from symcheck.counterexamples.parameters import RECIPE, Model, sound, sound_model
from symcheck.errors import SymcheckError
from symcheck.report import Finding, Report


def finding(report: Report, aspect: str) -> Finding:
    return next(f for f in report.findings if f.check == f"parameter.{aspect}")


def failures(report: Report) -> dict[str, str]:
    return {f.check.removeprefix("parameter."): f.message for f in report.failures}


@pytest.mark.parametrize("law", [None, RECIPE])
def test_a_sound_model_passes(law: dict[str, str] | None) -> None:
    report = symcheck.check(sound_model, law)
    assert report.passed, failures(report)
    assert report.kind == ("model" if law is None else "recipe")
    assert report.counts["warned"] == 0


def test_what_was_built_and_what_is_seen_is_said() -> None:
    notes = " / ".join(symcheck.check(sound_model, RECIPE).notes)
    assert "12 parameters," in notes
    assert "with fresh seeds" in notes
    assert "would be seen" in notes
    assert "built 7 times" in " / ".join(symcheck.check(sound_model, RECIPE, draws=7).notes)


def test_without_a_recipe_it_is_said_that_no_law_was_tested() -> None:
    assert any("no law was given, so none was tested" in note for note in symcheck.check(sound_model).notes)


def unusual_model() -> Any:
    """A tree of lists and dictionaries, a padding row, a zero head, tied tables, a prior bias: all as they are meant."""
    rng = np.random.default_rng()
    table = rng.normal(0, 0.1, (40, 16))
    table[0] = 0
    return {
        "tokens": {"embedding": table},
        "layers": [{"w": rng.uniform(-0.2, 0.2, (16, 16)), "gate.scale": np.zeros(16)} for _ in range(3)],
        "decoder": {"embedding": table},
        "head": {"kernel": np.zeros((16, 4)), "bias": np.full(4, -np.log(99.0))},
    }


def test_right_code_in_an_unexpected_style_passes() -> None:
    recipe = {
        "tokens.embedding": "normal(0.1)",
        "tokens.embedding[0]": "zeros",
        "layers.*.w": "uniform(-0.2, 0.2)",
        "head.kernel": "zeros",
        "head.bias": "constant(-log(99))",
        "layers.*.scale": "zeros",
    }
    report = symcheck.check(unusual_model, recipe)
    assert report.passed, failures(report)
    wrong = symcheck.check(unusual_model, recipe | {"head.bias": "constant(-log(9))"})
    assert list(failures(wrong)) == ["structure"]
    assert "head.bias is not constant(-log(9)): entry (0,) is -4.59512" in failures(wrong)["structure"]
    padded = symcheck.check(unusual_model, {k: v for k, v in recipe.items() if k != "tokens.embedding[0]"})
    assert "atoms" in failures(padded), "a row of zeros is none of the law's draws"


def spoilt(spoil: Callable[[Model, np.random.Generator], Any]) -> Callable[[], Model]:
    def build() -> Model:
        rng = np.random.default_rng()
        model = sound(rng)
        spoil(model, rng)
        return model

    return build


def clone(model: Model, rng: np.random.Generator) -> None:
    model["head.weight"][7] = 3 * model["blocks.0.fc.weight"][2]


def shard(model: Model, rng: np.random.Generator) -> None:
    model["blocks.1.fc.weight"][32:64] = model["blocks.1.fc.weight"][64:]


def column(model: Model, rng: np.random.Generator) -> None:
    model["blocks.1.fc.weight"][:, 3] = -model["blocks.1.fc.weight"][:, 30]


def prefix(model: Model, rng: np.random.Generator) -> None:
    model["blocks.0.proj.weight"].reshape(-1)[:2048] = model["embed.embedding"].reshape(-1)[:2048]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (clone, "head.weight[7] is blocks.0.fc.weight[2] times 3"),
        (shard, "blocks.1.fc.weight[64:96] is blocks.1.fc.weight[32:64]"),
        (column, "blocks.1.fc.weight[:, 30] is blocks.1.fc.weight[:, 3] times -1"),
        (prefix, "of embed.embedding"),
    ],
)
def test_parts_that_are_copied_are_named(spoil: Callable[..., Any], said: str) -> None:
    report = symcheck.check(spoilt(spoil), draws=2)
    assert said in failures(report).get("copies", "") or (
        spoil is prefix and "blocks.0.proj.weight" in failures(report)["copies"]
    )


def test_a_circulant_or_a_table_of_cosines_is_no_copy() -> None:
    def build() -> Model:
        rng = np.random.default_rng()
        places = np.cos(np.outer(np.arange(64), np.arange(32)) / 64)
        return sound(rng) | {
            "places.weight": places,
            "identity.weight": np.eye(32),
            "relative.weight": rng.normal(size=(3, 5)),
        }

    assert symcheck.check(build, draws=2, only="parameter.copies").passed


def test_one_model_and_a_file_are_judged_as_they_stand(tmp_path: Any) -> None:
    model = sound_model()
    report = symcheck.check(model, RECIPE)
    assert report.passed, failures(report)
    assert finding(report, "fresh").status == "skipped"
    np.savez(tmp_path / "w.npz", **model)
    report = symcheck.check(tmp_path / "w.npz")
    assert report.passed, failures(report)
    assert report.kind == "weights"
    model["head.weight"][0, 0] = np.nan
    np.savez(tmp_path / "w.npz", **model)
    assert "head.weight" in failures(symcheck.check(tmp_path / "w.npz"))["finite"]


def test_one_law_is_that_of_the_weights() -> None:
    report = symcheck.check(sound_model, "normal(0.02)", draws=20)
    assert list(failures(report)) == ["scale"]
    assert (
        "blocks.0.proj.weight: std 0.0" in failures(report)["scale"]
        or "blocks.1.proj.weight: std 0.0" in failures(report)["scale"]
    )


@pytest.mark.parametrize(
    ("law", "said"),
    [
        (["normal(0.02)", "*.bias=zeros"], "names no parameters"),
        ({"*": "nrmal(1)"}, "did you mean"),
        (["*.w[0:=zeros"], "bracket"),
        (3, "a law is given by its name"),
    ],
)
def test_a_bad_recipe_is_one_sentence(law: Any, said: str) -> None:
    with pytest.raises(SymcheckError, match=said) as error:
        symcheck.check(sound_model, law)
    assert "\n" not in str(error.value)


def test_a_recipe_is_for_parameters() -> None:
    with pytest.raises(SymcheckError, match="laws by pattern are for models"):
        symcheck.check("he_normal", {"*": "he_normal"})


def test_a_key_or_a_generator_is_passed() -> None:
    def build(rng: np.random.Generator) -> Model:
        return sound(rng)

    report = symcheck.check(build, RECIPE)
    assert report.passed, failures(report)
    assert report.called_as == "f(rng)"
    assert finding(report, "seed").status == "passed"


def test_a_model_that_raises_or_empties_the_second_time_is_a_finding() -> None:
    calls: list[int] = []

    def raises() -> Model:
        calls.append(1)
        if len(calls) > 2:
            raise RuntimeError("no more")
        return sound_model()

    report = symcheck.check(raises, RECIPE)
    assert not report.passed
    assert any("no more" in f.message for f in report.failures)
