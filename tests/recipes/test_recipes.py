"""Recipes are read from command lines, mappings and TOML, written and read back; what is none is told with its line."""

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.errors import RecipeError
from symcheck.laws.names import parse_law
from symcheck.recipes.patterns import Target, escaped
from symcheck.recipes.recipe import Recipe
from symcheck.recipes.rules import Equality, Rule, Word
from symcheck.recipes.toml import LARGEST, Document

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


def told(text: str) -> str:
    with pytest.raises(RecipeError) as caught:
        Recipe.from_toml(text, "r.toml")
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) < 700
    return message


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


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[laws]\n"*" = "normal(0.02)"\n"w" = "he_norml"', 3, "did you mean he_normal"),
        ('[laws]\n\n# words\n"w" = "normal(-1)"', 4, "std must be a positive number"),
        ('[laws]\n"w" = "defualt"', 2, "did you mean default"),
        ('[laws]\n"w" = """\nnormal(\n"""\n', 2, "not closed"),
        ('[laws]\n"w" = 0.02', 2, "law must be a text in quotes, not 0.02"),
        ('[laws]\n"w" = ["zeros"]', 2, "law must be a text"),
        ('[laws]\n"w" = {law = "zeros", nota = "x"}', 2, "did you mean note"),
        ('[laws]\n"w" = {note = "x"}', 2, "law must be a text in quotes, not None"),
        ('[laws]\n"w" = {law = "zeros", note = 3}', 2, "note must be a text"),
        ('[laws]\n[laws."w"]\nlaw = "zeros"\nnoet = "x"', 4, "did you mean note"),
        ('[laws]\nh.0.weight = "zeros"', 2, "stands in quotes"),
        ('[laws]\n"w[" = "zeros"', 2, "not closed"),
        ('[laws]\n"w[0:E]" = "zeros"', 2, "no quantity is named 'E'"),
        ('[laws]\n"a" = "zeros"\n"w[0:1]" = "zeros"\n"w[0 : 1]" = "ones"', 4, "has two laws"),
        ('laws = {"w" = "zeros", "v" = "foo"}', 1, "no law is named 'foo'"),
        ('[lows]\n"w" = "zeros"', 1, "did you mean laws"),
        ('note = "x"\nseed = 3\n', 2, "it has note, draws"),
        ("note = 3", 1, "note must be a text"),
        ("laws = 3", 1, "laws is a table"),
        ("\nsizes = []", 2, "sizes is a table"),
        ("[sizes]\nE = 0", 2, "at least 1"),
        ("[sizes]\nE = 1.5", 2, "whole number"),
        ("[sizes]\nE = true", 2, "whole number"),
        ("[sizes]\nfan_in = 3", 2, "meaning of its own"),
        ("[sizes]\nsize = 3", 2, "meaning of its own"),
        ("[sizes]\nlambda = 3", 2, "needs a name"),
        ('[sizes]\n"a b" = 3', 2, "needs a name"),
        ("draws = 0", 1, "draws must be"),
        ("draws = true", 1, "draws must be"),
        ("draws = 1000001", 1, "draws must be"),
        ('equal = "w"', 1, "list of lists"),
        ('equal = ["w", "v"]', 1, "list of lists"),
        ("equal = [[1, 2]]", 1, "a pattern must be a text"),
        ("equal = [[]]", 1, "list of patterns"),
        ('[[equal]]\npatterns = ["a", "b"]\n\n[[equal]]\npattern = ["a"]', 5, "did you mean patterns"),
        ('[[equal]]\npatterns = ["a[0:E]"]', 1, "no quantity"),
    ],
)
def test_what_is_no_recipe_is_told_with_its_line(text: str, line: int, words: str) -> None:
    message = told(text)
    assert words in message
    assert f"r.toml:{line}" in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[laws]\n*.bias = "zeros"', "line 2"),
        ('[laws]\n"w" = zeros', "line 2"),
        ('[laws]\n"w" = "zeros"\n"w" = "ones"', "line 3"),
        ("[laws]\n[laws]", "line 2"),
        ('note = "\x00"', "line 1"),
        ("draws = " + "9" * 5000, "not TOML"),
        ("equal = " + "[" * 20_000, "nested|not TOML"),
        ("equal = " + "[" * 20_000 + "]" * 20_000, "nested"),
        ("laws = " + "{a = " * 5000, "nested|not TOML"),
        ('"\\ud800" = 1', "not TOML"),
    ],
)
def test_what_is_no_toml_is_told_in_one_sentence(text: str, words: str) -> None:
    message = told(text)
    assert any(word in message for word in words.split("|"))
    assert message.startswith("r.toml")


def test_deep_keys_are_no_part_of_a_recipe() -> None:
    assert "a recipe has no 'a'" in told(".".join("a" * 3000) + " = 1")
    assert "stands in quotes" in told("[laws]\n" + ".".join("a" * 3000) + ' = "zeros"')
    assert "did you mean" in told(f"[laws]\n[laws.w]\nlaws = {'{a=' * 50}1{'}' * 50}")


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes('[laws]\n"w" = "zeros" # é'.encode("latin-1"))
    (tmp_path / "large.toml").write_bytes(b"#" * (LARGEST + 1))
    for name, words in [
        ("none.toml", "No such file"),
        ("", "directory"),
        ("latin.toml", "latin.toml:2 is not UTF-8"),
        ("large.toml", "larger than"),
        ("a\x00b", "null byte"),
    ]:
        with pytest.raises(RecipeError, match=words) as caught:
            Recipe.read(f"{tmp_path}/{name}")
        assert str(caught.value).isprintable()


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


@given(st.text(alphabet=string.printable, max_size=60) | st.text(max_size=20))
def test_any_text_is_a_recipe_or_one_sentence(text: str) -> None:
    for read in (Recipe.from_toml, lambda t: Recipe.parse([t]), lambda t: Recipe.from_mapping({"w": t})):
        try:
            read(text)
        except RecipeError as error:
            message = str(error)
        else:
            message = ""
        assert message.isprintable()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("he_normal", "names no parameters; write PATTERN=LAW"),
        ("he_normal(gain=2)", "names no parameters"),
        ("=zeros", "names no parameters"),
        ("w=", "is not the name of a law"),
        ("w=he_norml", "did you mean he_normal"),
        ("w=utouched", "did you mean untouched"),
        ("w[0:E]=zeros", "no quantity is named 'E'"),
        ("w[=zeros", "not closed"),
        ("w=normal(0.02/sqrt(layers))", "no quantity is named 'layers'"),
        ("w=normal(9**9**9)", "beyond float64"),
    ],
)
def test_a_rule_that_cannot_be_read_is_one_sentence(text: str, words: str) -> None:
    with pytest.raises(RecipeError, match=words.replace("*", r"\*")) as caught:
        Recipe.parse([text])
    assert str(caught.value).isprintable()


def test_a_mapping_of_something_else_is_refused() -> None:
    for laws in ({"w": 3}, {3: "zeros"}, {"w": None}):
        with pytest.raises(RecipeError, match="are texts"):
            Recipe.from_mapping(laws)  # type: ignore[arg-type]
    with pytest.raises(RecipeError, match="two laws"):
        Recipe.parse(["w=zeros", "w=ones"])
    with pytest.raises(RecipeError, match="meaning of its own"):
        Recipe.parse([], {"pi": 3})
