"""What is no recipe is refused in one sentence, which names the line where it stands in a file."""

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.errors import RecipeError
from symcheck.recipes.recipe import Recipe
from symcheck.recipes.toml import LARGEST


def told(text: str) -> str:
    with pytest.raises(RecipeError) as caught:
        Recipe.from_toml(text, "r.toml")
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) < 700
    return message


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
