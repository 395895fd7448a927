"""Why weights must be random: theorems as texts, whose proofs a small kernel checks.

Reading order: a theorem of `theorems`, such as constant-init.txt, with what it uses of `settings`; in `kernel` the language
(`terms`), the rules (`rules`), the two judges (`judges`, `evaluate`) and `check`; in `text` how a text becomes a proof, which
is not trusted; `needed` judges the case that a text gives to show that a hypothesis is needed; `worked` has instances in
numbers; `student` and `exercise` are for proofs that somebody else writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING

from symcheck.proof.theorems import READING_ORDER

if TYPE_CHECKING:
    from symcheck.proof.theorem import Theorem

__all__ = ["FAMILIES", "THEOREMS", "prove"]

_TEXTS = {
    file.name.removesuffix(".txt") for file in files("symcheck.proof.theorems").iterdir() if file.name.endswith(".txt")
}
#: The names of the theorems that there are, in reading order, under what they are about.
FAMILIES = {about: tuple(n for n in names if n in _TEXTS) for about, names in READING_ORDER.items()}
#: The names of all theorems, in reading order.
THEOREMS = tuple(name for names in FAMILIES.values() for name in names)


def prove(name: str, without: Sequence[str] = ()) -> Theorem:
    """Let the kernel go through the proof of a theorem, with hypotheses dropped if wanted.

    Args:
        name: of the library; ``symcheck prove`` lists them.
        without: hypotheses to drop, by name. What then fails is told, with a smallest case that shows why.

    Raises:
        SymcheckError: no such theorem or hypothesis; the message lists those there are.
    """
    from symcheck.errors import SymcheckError, listed
    from symcheck.proof.library import load
    from symcheck.proof.theorem import proved

    if name not in THEOREMS:
        raise SymcheckError(f"no theorem is named {name!r}; there are {listed(THEOREMS)}")
    return proved(load(name), without)
