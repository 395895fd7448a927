"""Rules: one law for the parameters of one pattern; and equalities between parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from symcheck.errors import LawError, RecipeError, close_to, listed
from symcheck.laws.expressions import quoted
from symcheck.laws.law import Law
from symcheck.laws.names import parse_law
from symcheck.recipes.patterns import Target
from symcheck.texts import plain


class Word(Enum):
    """What a rule may say in place of a law."""

    #: The parameter is not judged, and the report says so.
    ANY = "any"
    #: The law that the library documents for the layer.
    DEFAULT = "default"
    #: The initialization has to leave it as it finds it.
    UNTOUCHED = "untouched"


@dataclass(frozen=True)
class RecipeLine:
    """Where a line of a recipe stands.

    Attributes:
        source: the file as it was named. line: counted from 1, of the first line of an entry.
    """

    source: str
    line: int

    def __str__(self) -> str:
        return f"{plain(self.source)}:{self.line}"


@dataclass(frozen=True)
class Rule:
    """One line of a recipe.

    Attributes:
        target: the parameters, or a block of each.
        law: what they are held to.
        said: the law as it was written; "" where it was given as an object.
        note: why, in the author's words.
        where: in which file; None where it was given otherwise.
    """

    target: Target
    law: Law | Word
    said: str = field(default="", compare=False)
    note: str = ""
    where: RecipeLine | None = field(default=None, compare=False)

    @classmethod
    def parse(
        cls,
        target: str,
        law: str | Law | Word,
        sizes: Mapping[str, int],
        note: str = "",
        where: RecipeLine | None = None,
    ) -> Rule:
        """Read a rule.

        Args:
            sizes: numbers that the bounds of blocks and the arguments of laws may name.

        Raises:
            RecipeError: the pattern, the block or the law cannot be read.
        """
        read = Target.parse(target, sizes)
        if not isinstance(law, str):
            return cls(read, law, "", note, where)
        try:
            return cls(read, _promise(law, sizes), law.strip(), note, where)
        except LawError as error:
            raise RecipeError(f"{quoted(str(read))}: {error}") from None

    def promise(self, library: str | None, sizes: Mapping[str, int]) -> Law | Word:
        """What it holds the parameters of a model of this library to; in jax a bare ``he_normal`` is truncated."""
        if library is None or not self.said or isinstance(self.law, Word):
            return self.law
        return parse_law(self.said, library, sizes)

    @property
    def spelling(self) -> str:
        """The law as it is written."""
        return self.law.value if isinstance(self.law, Word) else self.said or self.law.name


@dataclass(frozen=True)
class Equality:
    """Parameters that are meant to be equal, as tied embeddings are: all that any of the patterns matches.

    Attributes:
        targets: their patterns, with blocks.
        note, where: as of a :class:`Rule`.
    """

    targets: tuple[Target, ...]
    note: str = ""
    where: RecipeLine | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return " = ".join(map(str, self.targets))


def _promise(text: str, sizes: Mapping[str, int]) -> Law | Word:
    words = [word.value for word in Word]
    if text.strip() in words:
        return Word(text.strip())
    try:
        return parse_law(text, sizes=sizes)
    except LawError:
        if near := close_to(text.strip()[:40], words):
            raise LawError(f"no law is named {quoted(text)}; did you mean {listed(near)}?") from None
        raise
