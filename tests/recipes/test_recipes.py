"""Recipes are read from command lines, mappings and TOML, with the lines of their entries, written and read back."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.errors import RecipeError
from symcheck.laws.names import parse_law
from symcheck.recipes.patterns import Target, escaped
from symcheck.recipes.recipe import Recipe
from symcheck.recipes.rules import Equality, Rule, Word
from symcheck.recipes.toml import Document

GPT2 = """\
# GPT-2 as its authors released it.
note = "GPT-2"
draws = 40
equal = [["wte.weight", "lm_head.weight"]]

[sizes]
layers = 12
E = 768

[laws]
"*" = "normal(0.02)"   # general rules first
"*.bias" = "zeros"
'*.ln_?.weight' = "ones"
"*.attn.masked_bias" = "any"
"*.c_proj.weight" = {law = "normal(0.02/sqrt(2*layers))", note = "two a layer add to the residual"}
"*.c_attn.weight[:, 0:E]" = "normal(0.02)"
"""


def test_a_file_is_read_with_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "gpt2.toml"
    path.write_text(GPT2)
    recipe = Recipe.read(path)
    assert (recipe.note, recipe.draws, recipe.sizes) == ("GPT-2", 40, {"layers": 12, "E": 768})
    assert [rule.where.line for rule in recipe.rules if rule.where] == [11, 12, 13, 14, 15, 16]
    assert str(recipe.rules[0].where) == f"{path}:11"
    projection = recipe.rules[4]
    assert projection.law == parse_law("normal(0.02/sqrt(2*12))")
    assert (projection.spelling, projection.note) == ("normal(0.02/sqrt(2*layers))", "two a layer add to the residual")
    assert recipe.rules[3].law is Word.ANY
    assert recipe.equal == (Equality((Target("wte.weight"), Target("lm_head.weight"))),)


def test_one_recipe_in_three_forms() -> None:
    written = Recipe.from_toml(
        '[laws]\n"*" = "normal(0.02)"\n"*.bias" = "zeros"\n"w[0:E]" = "he_normal(gain=2)"\n[sizes]\nE = 4'
    )
    sizes = {"E": 4}
    assert Recipe.parse(["*=normal(0.02)", "*.bias=zeros", "w[0:E]=he_normal(gain=2)"], sizes) == written
    laws = {"*": "normal(0.02)", "*.bias": parse_law("zeros"), "w[0:E]": "he_normal(gain=2)"}
    assert Recipe.from_mapping(laws, sizes) == written
    assert Recipe.from_mapping({"a": Word.ANY, "b": "any"}).rules[0].law is Word.ANY


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("zeros", "zeros"),
        ("ones", "ones"),
        ("constant(-log(99))", "constant(-log(99))"),
        (" he_normal ", "he_normal"),
        ("uniform(-1/fan_in, 1/fan_in)", "uniform(-1/fan_in, 1/fan_in)"),
        ("sqrt(2/fan_in) * randn", "normal(sqrt(2/fan_in))"),
    ],
)
def test_laws_are_those_of_every_other_place(text: str, law: str) -> None:
    (rule,) = Recipe.parse([f"w={text}"]).rules
    assert rule.law == parse_law(law)


@pytest.mark.parametrize("word", ["any", "default", "untouched"])
def test_words_in_place_of_a_law(word: str) -> None:
    (rule,) = Recipe.parse([f"w={word}"]).rules
    assert (rule.law, rule.spelling) == (Word(word), word)


def test_gpt2_is_written_and_read_back() -> None:
    recipe = Recipe.from_toml(GPT2)
    text = recipe.to_toml()
    assert Recipe.from_toml(text) == recipe
    assert Recipe.from_toml(text).to_toml() == text
    assert 'law = "normal(0.02/sqrt(2*layers))"' in text


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
#: Whitespace at the ends of a pattern is not part of it.
names = texts.filter(lambda name: name and name == name.strip())
sizes_strategy = st.dictionaries(st.sampled_from(["E", "H", "layers", "n_1"]), st.integers(1, 2**53), max_size=3)
laws_strategy = st.sampled_from(
    [
        "zeros",
        "any",
        "default",
        "untouched",
        "he_normal(gain=1/2)",
        "normal( 0.02 )",
        "uniform(-1/fan_in, 1/fan_in)",
        "constant(-log(99))",
    ]
)


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    sizes = draw(sizes_strategy)
    bound = st.sampled_from(["", "1", "-2", "size/3", "2*(size-1)", *sizes, *(f"{name}/2" for name in sizes)])
    block = st.lists(st.builds("{}:{}".format, bound, bound), max_size=2).map(
        lambda b: f"[{', '.join(b)}]" if b else ""
    )
    target = st.builds(lambda name, star, b: escaped(name) + star + b, names, st.sampled_from(["", "*"]), block)
    law = laws_strategy | st.sampled_from([*sizes] or ["1"]).map(lambda name: f"normal(0.02/{name})")
    rules = draw(st.dictionaries(target, st.tuples(law, texts), max_size=4))
    equal = draw(st.lists(st.tuples(st.lists(target, min_size=1, max_size=3), texts), max_size=2))
    return Recipe(
        tuple(Rule.parse(pattern, law, sizes, note) for pattern, (law, note) in rules.items()),
        tuple(Equality(tuple(Target.parse(t, sizes) for t in group), note) for group, note in equal),
        sizes,
        draw(st.none() | st.integers(1, 1000)),
        draw(texts),
    )


@given(recipes())
def test_any_recipe_is_written_and_read_back(recipe: Recipe) -> None:
    text = recipe.to_toml()
    assert all(line.isprintable() for line in text.splitlines())
    again = Recipe.from_toml(text)
    assert again == recipe
    assert [rule.spelling for rule in again.rules] == [rule.spelling for rule in recipe.rules]
    written = text.splitlines()
    for rule in again.rules:
        assert rule.where is not None
        assert written[rule.where.line - 1].startswith('"')
        assert (
            Target.parse(next(iter(Document.parse(written[rule.where.line - 1], "").values)), recipe.sizes)
            == rule.target
        )


def test_a_law_that_its_name_does_not_give_back_is_not_written() -> None:
    recipe = Recipe.from_mapping({"w": parse_law("normal(0.123456789)")})
    with pytest.raises(RecipeError, match="not read back"):
        recipe.to_toml()
    with pytest.raises(RecipeError, match="surrogate"):
        Recipe.from_mapping({"w\ud800": "zeros"}).to_toml()


def test_a_windows_file_is_read_with_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_bytes(b"\xef\xbb\xbf" + b'[laws]\r\n"w" = "zeros"\r\n"v" = "ones"\r\n')
    assert [rule.where.line for rule in Recipe.read(path).rules if rule.where] == [2, 3]


@given(
    st.lists(
        st.sampled_from(
            [
                '"a"',
                "'b'",
                '"""',
                "'''",
                "[",
                "]",
                "{",
                "}",
                "=",
                ",",
                "\n",
                "#",
                "x",
                "1",
                '"',
                "\\",
                " ",
                "[[",
                "]]",
                ".",
            ]
        ),
        max_size=25,
    )
)
def test_every_entry_of_a_document_has_the_line_on_which_its_key_stands(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        document = Document.parse(text, "r.toml")
    except RecipeError:
        return
    lines = text.split("\n")
    for key in document.values:
        line = lines[document.lines[key,] - 1]
        assert str(key) in line or '"' in line or "'" in line
