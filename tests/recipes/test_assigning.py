"""Of the rules that cover an entry the last decides it; what fits no parameter, or decides nothing, is told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.errors import SymcheckError
from symcheck.fans import Fans
from symcheck.laws.law import Law
from symcheck.laws.names import parse_law
from symcheck.recipes.assigning import assign
from symcheck.recipes.assignment import AssignedParameter, Assignment, NoBlock, NoLaw, Overlap, Unequal
from symcheck.recipes.recipe import Recipe
from symcheck.recipes.sentences import sentences


def test_a_block_of_an_array_whose_axes_are_not_known_has_no_fans() -> None:
    stack = {"experts": (8, 16, 32)}
    known = {"experts": Fans(16, 32)}
    done = assign(Recipe.parse(["experts=he_normal", "experts[0]=lecun_normal"]), stack, "in_out", known)
    assert [part.fans for part in done.parameters[0].parts] == [Fans(16, 32), Fans(16, 32)]
    done = assign(Recipe.parse(["experts[0:4]=he_normal", "experts[4:]=normal(0.02)"]), stack, "in_out", known)
    assert [part.fans for part in done.parameters[0].parts] == [None]
    assert [type(fault) for fault in done.faults] == [NoLaw]
    assert "can be written as numbers only" in sentences(done)[0]


@pytest.mark.parametrize(
    ("rules", "shape", "fault"),
    [
        (["w=he_normal"], (5,), NoLaw),
        (["w=orthogonal"], (5,), NoLaw),
        (["w=sparse(0.1)"], (), NoLaw),
        (["w[0]=he_normal"], (5, 6), NoLaw),
        (["w=normal(1/log(fan_in))"], (3, 1), NoLaw),
        (["w[0:7]=zeros"], (6, 6), NoBlock),
        (["w[:, :, 0]=zeros"], (6, 6), NoBlock),
        (["w[0:3]=zeros", "w[2:5]=zeros"], (6, 6), Overlap),
        (["w[0:3]=zeros", "w[:, 2:5]=zeros"], (6, 6), Overlap),
    ],
)
def test_what_does_not_fit_a_parameter_is_a_fault(rules: list[str], shape: tuple[int, ...], fault: type) -> None:
    done = assign(Recipe.parse(rules), {"w": shape})
    assert [type(f) for f in done.faults] == [fault]
    assert done.overruled == done.unmatched == ()
    (sentence,) = sentences(done)
    assert sentence.isprintable()
    assert "w" in sentence


@pytest.mark.parametrize(
    "rules",
    [
        ["w=zeros", "w[0:3]=ones", "w[0]=zeros"],
        ["w[0:3]=zeros", "w[3:6]=zeros"],
        ["w=normal(1/log(fan_in))"],
        ["w[0:6]=zeros"],
        ["w=any"],
    ],
)
def test_what_fits_is_no_fault(rules: list[str]) -> None:
    assert sentences(assign(Recipe.parse(rules), {"w": (6, 6)})) == []


def test_what_is_meant_to_be_equal_has_to_be_two_of_one_shape() -> None:
    def groups(*patterns: str) -> Assignment:
        written = ", ".join(f"'{pattern}'" for pattern in patterns)
        return assign(Recipe.from_toml(f"equal = [[{written}]]"), {"a": (6, 2), "b": (3, 2), "c": (6, 2)})

    assert [[m.parameter for m in g.members] for g in groups("a", "c").groups] == [["a", "c"]]
    assert [m.selection.box.ranges[0] for m in groups("a[0:3]", "b", "a[3:]").groups[0].members] == [
        (0, 3),
        (0, 3),
        (3, 6),
    ]
    assert [m.parameter for m in groups("[ac][:]").groups[0].members] == ["a", "c"]
    for patterns, words in [
        (("a", "b"), "shapes differ: a (6, 2), b (3, 2)"),
        (("a",), "1 parameter"),
        (("a", "a"), "1 parameter"),
    ]:
        done = groups(*patterns)
        assert [type(f) for f in done.faults] == [Unequal]
        assert words in sentences(done)[0]
    assert [type(f) for f in groups("a[0:9]", "c").faults] == [NoBlock, Unequal]


def test_a_name_that_was_likely_meant_is_told() -> None:
    shapes = {"layers[0].w": (2, 2), "fc1.weight": (2, 2), "LSTM.w": (2, 2)}

    def told(rule: str) -> str:
        return sentences(assign(Recipe.parse([rule]), shapes))[0]

    assert told("layers[[]0].v=zeros").endswith("did you mean layers[0].w?")
    assert "is written 'layers[[]0].w'" in told("layers[0].w=zeros")
    assert told("fc1.wieght=zeros").endswith("did you mean fc1.weight?")
    assert "capitals count" in told("lstm.w=zeros")
    assert told("*.wieght=zeros").endswith("matches no parameter")


def test_a_librarys_own_law_counts_where_the_model_is_its() -> None:
    recipe = Recipe.parse(["a=he_normal", "b=he_normal(distribution=normal)", "c=any"])
    done = assign(recipe, {"a": (4, 4), "b": (4, 4), "c": (4,)}, "in_out", library="flax")
    assert [p.parts[0].law.family for p in done.parameters[:2] if isinstance(p.parts[0].law, Law)] == [
        "truncated_normal",
        "normal",
    ]
    plain = assign(recipe, {"a": (4, 4), "b": (4, 4), "c": (4,)})
    assert [part.law for part in plain.parameters[0].parts] == [parse_law("he_normal")]


def test_empty_models_and_empty_parameters() -> None:
    assert assign(Recipe.parse([]), {}).parameters == ()
    assert assign(Recipe.parse(["*=zeros"]), {}).unmatched
    done = assign(Recipe.parse(["*=he_normal"]), {"w": (0, 5), "s": (3, 4)})
    assert done.parameters[0] == AssignedParameter("w", (0, 5), (), ())
    assert sentences(done) == []
    assert assign(Recipe.parse(["*=constant(1)"]), {"s": ()}).parameters[0].parts[0].boxes[0].size == 1
    with pytest.raises(SymcheckError, match="layout"):
        assign(Recipe.parse(["*=zeros"]), {"w": (2, 2)}, "sideways")


AXIS = st.sampled_from(["", "[0]", "[-1]", "[1:3]", "[2:]", "[:, 0]", "[:, 1:]", "[0:2, 0:2]", "[:]"])


@given(st.lists(AXIS, unique=True, max_size=5))
def test_every_entry_is_decided_by_the_last_rule_that_covers_it(blocks: list[str]) -> None:
    texts = {f"w{block}": f"constant({i})" for i, block in enumerate(blocks)}
    done = assign(Recipe.from_mapping(texts), {"w": (4, 3)})
    (found,) = done.parameters
    expected, seen, times = np.full((4, 3), -1.0), np.full((4, 3), -1.0), np.zeros((4, 3), int)
    for i, block in enumerate(blocks):
        exec(f"expected{block or '[:]'} = {i}", {"expected": expected})
    for part in found.parts:
        assert isinstance(part.law, Law)
        for box in part.boxes:
            seen[box.slices] = part.law.value
            times[box.slices] += 1
    for box in found.undecided:
        times[box.slices] += 1
    assert np.array_equal(seen, expected)
    assert (times == 1).all()
    assert len(done.overruled) == len(blocks) - len({*expected.ravel()} - {-1.0})
