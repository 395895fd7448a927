"""Patterns match as fnmatch has it; blocks select as numpy does, and never more silently than numpy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.errors import RecipeError
from symcheck.recipes.blocks import Block, Misfit, Selection
from symcheck.recipes.patterns import Target, escaped, split_rule

SIZES = {"E": 6, "H": 4}


@pytest.mark.parametrize(
    ("pattern", "name", "matched"),
    [
        ("*.bias", "fc.bias", True),
        ("*.bias", "a.b.c.bias", True),
        ("*.bias", "bias", False),
        ("*.bias", "fc.Bias", False),
        ("blocks.*.proj.weight", "blocks.11.proj.weight", True),
        ("blocks.*.proj.weight", "blocks.11.proj.bias", False),
        ("h.?.w", "h.1.w", True),
        ("h.?.w", "h.11.w", False),
        ("h.[0-3].w", "h.2.w", True),
        ("h.[!0-3].w", "h.2.w", False),
        ("layers[[]0].w", "layers[0].w", True),
        ("layers[0].w", "layers[0].w", False),
        ("layers[0].w", "layers0.w", True),
        ("layers[[]0]", "layers[0]", True),
        ("h[01][:]", "h1", True),
        ("w[*]", "w*", True),
        ("w[[]", "w[", True),
        ("w[0]", "w", True),
        ("*", "['params']['Dense_0']", True),
    ],
)
def test_which_names_a_pattern_matches(pattern: str, name: str, matched: bool) -> None:
    assert Target.parse(pattern).matches(name) == matched


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda name: name == name.strip()))
def test_every_name_can_be_written_and_matches_nothing_else(name: str) -> None:
    target = Target.parse(escaped(name))
    assert target.block is None
    assert target.matches(name)
    assert not target.matches(name + "x")
    assert not target.matches("x" + name)
    assert split_rule(f"{escaped(name)}=zeros") == (escaped(name), "zeros")


def test_many_stars_are_no_trouble() -> None:
    assert not Target.parse("*a" * 400 + "b").matches("a" * 5000)
    assert Target.parse("*a" * 400 + "b").matches("a" * 5000 + "b")


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("*.bias=zeros", ("*.bias", "zeros")),
        ("w[0:E]=normal(std=2)", ("w[0:E]", "normal(std=2)")),
        ("a[=]b=zeros", ("a[=]b", "zeros")),
        ("a[=]b", None),
        ("he_normal", None),
        ("a=b=c", ("a", "b=c")),
    ],
)
def test_a_rule_is_split_at_the_first_equals_sign(text: str, split: tuple[str, str] | None) -> None:
    assert split_rule(text) == split


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("[0:E]", (18, 6)),
        ("[E:2*E]", (18, 6)),
        ("[2*E:]", (18, 6)),
        ("[:, 0:2]", (18, 6)),
        ("[size/3:2*size/3]", (18, 6)),
        ("[0.5*size:]", (18, 6)),
        ("[1]", (5, 7)),
        ("[-1]", (5, 7)),
        ("[:, -1]", (5, 7)),
        ("[1:-1, :-2]", (5, 7)),
        ("[-H:]", (5, 7)),
        ("[:]", (5,)),
        ("[0, 1]", (5, 7)),
        ("[0:1]", (5, 7)),
    ],
)
def test_a_block_is_what_numpy_selects(text: str, shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape)).reshape(shape)
    selected = eval(
        f"array{text}".replace("/", "//").replace("0.5*size", "size//2"), {"array": array, "size": shape[0], **SIZES}
    )
    found = Block.parse(text, SIZES).of(shape, SIZES)
    assert isinstance(found, Selection)
    assert found.shape == np.shape(selected)
    assert np.array_equal(array[found.box.slices].reshape(found.shape), selected)


bounds = st.none() | st.integers(-9, 9)
axes = st.integers(-9, 9).map(str) | st.builds(
    lambda low, high: f"{'' if low is None else low}:{'' if high is None else high}", bounds, bounds
)


@given(st.lists(axes, min_size=1, max_size=3), st.lists(st.integers(0, 6), max_size=3))
def test_any_block_is_numpys_or_told(wanted: list[str], shape: list[int]) -> None:
    text = f"[{', '.join(wanted)}]"
    block = Block.parse(text)
    assert Block.parse(str(block)) == block
    found = block.of(shape, {})
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    try:
        selected = eval(f"array{text}", {"array": array})
    except IndexError:
        assert isinstance(found, Misfit)
        return
    if isinstance(found, Selection):
        assert found.shape == np.shape(selected)
        assert np.array_equal(array[found.box.slices].reshape(found.shape), selected)
    else:
        # numpy cuts off what lies outside, and takes nothing without a word.
        assert found.kind in ("outside", "empty")


@pytest.mark.parametrize(
    ("text", "shape", "kind"),
    [
        ("[0:E]", (5, 6), "outside"),
        ("[0:4*E]", (23, 6), "outside"),
        ("[0:E+1]", (6, 6), "outside"),
        ("[5]", (5,), "outside"),
        ("[-6]", (5,), "outside"),
        ("[size-10:]", (5,), "outside"),
        ("[size/3:]", (20,), "fraction"),
        ("[0:E/4]", (20,), "fraction"),
        ("[3:3]", (5,), "empty"),
        ("[E:H]", (9,), "empty"),
        ("[0:1/(size-5)]", (5,), "undefined"),
        ("[0, 0]", (5,), "axes"),
        ("[:]", (), "axes"),
        ("[0]", (0,), "outside"),
        ("[:]", (0,), "empty"),
    ],
)
def test_a_block_that_a_parameter_has_not_is_told(text: str, shape: tuple[int, ...], kind: str) -> None:
    found = Block.parse(text, SIZES).of(shape, SIZES)
    assert isinstance(found, Misfit)
    assert found.kind == kind


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("w[", r"not closed; one in a name is written \[\[\]"),
        ("w[]", "not closed"),
        ("w[0:2:1]", "no steps"),
        ("w[0,,1]", "says nothing"),
        ("w[ ]", "says nothing"),
        ("w[1/3:]", r"written size\*1/3"),
        ("w[0-3]", r"followed by \[:\]"),
        ("['params']['kernel']", r"a bracket in a name is written \[\[\]"),
        ("w[abc]", r"no quantity is named 'abc'; .*followed by \[:\]"),
        ("w[e:]", "did you mean E"),
        ("w[...]", "arithmetic"),
        ("w[None]", "arithmetic"),
        ("w['a']", "arithmetic"),
        ("w[sqrt(size):]", r"arithmetic \(\+ - \* /\) in numbers and size, E, H \("),
        ("w[2**9:]", "arithmetic"),
        ("w[9**9**9**9:]", "arithmetic"),
        ("w[0:1/0]", "divides by zero"),
        ("w[" + "-" * 500 + "1]", "deep"),
        ("[0]", "names no parameter"),
        ("", "names no parameter"),
        ("a" * 2000, "longer than"),
        ("w[0\x00]", "cannot be read"),
        ("\x1b[31m", "not closed"),
    ],
)
def test_a_target_that_cannot_be_read_is_one_sentence(text: str, told: str) -> None:
    with pytest.raises(RecipeError, match=told) as caught:
        Target.parse(text, SIZES)
    assert str(caught.value).isprintable()


@given(st.text(max_size=30) | st.text(alphabet="ab.*?[]!:,0123456789+-*/E() =", max_size=30))
def test_any_text_is_a_target_that_is_read_back_or_one_sentence(text: str) -> None:
    try:
        target = Target.parse(text, SIZES)
    except RecipeError as error:
        told = str(error)
    else:
        told = ""
        assert Target.parse(str(target), SIZES) == target
        target.matches(text)
    assert told.isprintable()
