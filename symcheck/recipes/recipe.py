"""Recipes: the laws of a model's parameters, as they are written on a command line, in Python and in TOML.

A file, with all that one may have::

    note = "GPT-2 as released"
    draws = 40                                        # how often a factory is called
    equal = [["wte.weight", "lm_head.weight"]]        # tied on purpose

    [sizes]                                           # numbers that blocks and laws may name
    layers = 12
    E = 768

    [laws]                                            # of the rules for a parameter the last one decides
    "*" = "normal(0.02)"
    "*.bias" = "zeros"
    "*.c_attn.weight[:, 0:E]" = "normal(0.02)"
    "*.c_proj.weight" = {law = "normal(0.02/sqrt(2*layers))", note = "two of them a layer add to the residual"}
    "wte.weight[-1]" = "zeros"                        # a row

A law is any that ``--law`` takes, or ``any`` (not judged), ``default`` (what the library documents for the layer) or
``untouched`` (left as it is found). Patterns are those of fnmatch, case counts, and a bracket of a name is written ``[[]``; a
bracket at the end of a pattern is a block, with numpy's meaning. Bounds are whole numbers, made of numbers, sizes, and ``size``,
the length of the axis: a third of it is ``[0:size/3]``. Nothing is cut off where a block does not fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from symcheck.errors import LawError, RecipeError
from symcheck.laws.expressions import quoted
from symcheck.laws.law import Law
from symcheck.laws.names import parse_law
from symcheck.recipes.entries import equalities_of, refuse_other_keys, refuse_sizes, rules_of, shown, sizes_of, text_of
from symcheck.recipes.patterns import split_rule
from symcheck.recipes.rules import Equality, Rule, Word
from symcheck.recipes.toml import Document, spelled

#: Largest number of draws that may be asked for.
MOST_DRAWS = 1_000_000


@dataclass(frozen=True)
class Recipe:
    """Which parameters have which laws.

    Attributes:
        rules: in the order in which they were written; of those that cover an entry of a parameter, the last decides it.
        equal: equalities that are meant.
        sizes: numbers that bounds of blocks and arguments of laws name.
        draws: how often a factory is to be called; None where the recipe leaves it open.
        note: of the whole, in the author's words.

    Raises:
        RecipeError: two rules have one target, or a size or the number of draws is none.
    """

    rules: tuple[Rule, ...]
    equal: tuple[Equality, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    draws: int | None = None
    note: str = ""

    def __post_init__(self) -> None:
        refuse_sizes(self.sizes)
        _refuse_draws(self.draws)
        seen: dict[str, Rule] = {}
        for rule in self.rules:
            first = seen.setdefault(str(rule.target), rule)
            if first is not rule:
                lines = f" ({first.where} and {rule.where})" if first.where and rule.where else ""
                raise RecipeError(
                    f"{quoted(str(rule.target))} has two laws{lines}: {first.spelling} and {rule.spelling}"
                )

    @classmethod
    def parse(cls, texts: Iterable[str], sizes: Mapping[str, int] | None = None) -> Recipe:
        """Read rules of the form ``PATTERN=LAW``, as the command line takes them.

        Raises:
            RecipeError: one of them cannot be read.
        """
        laws = []
        for text in texts:
            parts = split_rule(text)
            # he_normal(gain=2) is a law of its own.
            if parts is None or parts[0].count("(") > parts[0].count(")") or not parts[0].strip():
                raise RecipeError(f"{quoted(text)} names no parameters; write PATTERN=LAW, as in *.bias=zeros")
            laws.append(parts)
        return cls._of(laws, sizes)

    @classmethod
    def from_mapping(cls, laws: Mapping[str, str | Law | Word], sizes: Mapping[str, int] | None = None) -> Recipe:
        """The recipe of ``{pattern: law}``, in this order.

        Raises:
            RecipeError: a pattern or a law cannot be read.
        """
        given: Mapping[Any, Any] = laws
        for pattern, law in given.items():
            if not isinstance(pattern, str) or not isinstance(law, str | Law | Word):
                raise RecipeError(f"a pattern and the name of a law are texts, not {shown(pattern)} and {shown(law)}")
        return cls._of(laws.items(), sizes)

    @classmethod
    def _of(cls, laws: Iterable[tuple[str, str | Law | Word]], sizes: Mapping[str, int] | None) -> Recipe:
        sizes = dict(sizes or {})
        refuse_sizes(sizes)
        return cls(tuple(Rule.parse(pattern, law, sizes) for pattern, law in laws), sizes=sizes)

    @classmethod
    def read(cls, path: str | Path) -> Recipe:
        """Read a file.

        Raises:
            RecipeError: it cannot be read, is no TOML, or no recipe; the sentence names the line.
        """
        return cls._from(Document.read(path))

    @classmethod
    def from_toml(cls, text: str, source: str = "recipe") -> Recipe:
        """Read the text of a file.

        Args:
            source: what it is called in sentences.

        Raises:
            RecipeError: as :meth:`read`.
        """
        return cls._from(Document.parse(text, source))

    @classmethod
    def _from(cls, document: Document) -> Recipe:
        refuse_other_keys(document)
        sizes = sizes_of(document)
        rules, equal = rules_of(document, sizes), equalities_of(document, sizes)
        note, draws = text_of(document, "note"), document.values.get("draws")
        try:
            _refuse_draws(draws)
        except RecipeError as error:
            raise RecipeError(f"{document.place('draws')}: {error}") from None
        return cls(rules, equal, sizes, draws, note)

    def to_toml(self) -> str:
        """The text of a file that is read as this recipe.

        Raises:
            RecipeError: a law that was given as an object is not read back from its name, or a text is none that TOML holds.
        """
        top = [f"note = {spelled(self.note)}"] if self.note else []
        top += [] if self.draws is None else [f"draws = {self.draws}"]
        if self.equal:
            top += ["equal = [", *(f"    {_written_equality(equality)}," for equality in self.equal), "]"]
        sizes = ["[sizes]", *(f"{name} = {number}" for name, number in self.sizes.items())] if self.sizes else []
        laws = ["[laws]", *(f"{spelled(str(rule.target))} = {_written_rule(rule)}" for rule in self.rules)]
        return "\n\n".join("\n".join(part) for part in (top, sizes, laws) if part) + "\n"


def _refuse_draws(draws: object) -> None:
    if draws is None:
        return
    if not isinstance(draws, int) or isinstance(draws, bool) or not 1 <= draws <= MOST_DRAWS:
        raise RecipeError(f"draws must be a whole number from 1 to {MOST_DRAWS:,}, not {shown(draws)}")


def _written_rule(rule: Rule) -> str:
    if isinstance(rule.law, Law) and not rule.said and not _read_back(rule.law):
        raise RecipeError(f"the law of {quoted(str(rule.target))} is not read back from its name, {rule.law.name}")
    law = spelled(rule.spelling)
    return f"{{law = {law}, note = {spelled(rule.note)}}}" if rule.note else law


def _read_back(law: Law) -> bool:
    try:
        return parse_law(law.name) == law
    except LawError:
        return False


def _written_equality(equality: Equality) -> str:
    patterns = f"[{', '.join(spelled(str(target)) for target in equality.targets)}]"
    return f"{{patterns = {patterns}, note = {spelled(equality.note)}}}" if equality.note else patterns
