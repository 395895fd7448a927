"""What is behind the failures of a report: data, and the sentences that it is told in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symcheck.errors import counted
from symcheck.texts import plain


@dataclass(frozen=True)
class Explanation:
    """A mistake, or several that cannot be told apart, with what it explains.

    Attributes:
        mistakes: what is wrong and what to write instead, the likeliest first.
        explains: the names of the failures that code with this mistake and no other has, too.
        networks: on how many generated networks it gives what was got.
        only: the widths of those, where on others nothing is wrong.
        follows: whether other failures may follow from it, which cannot be tried.
    """

    mistakes: tuple[str, ...]
    explains: tuple[str, ...]
    networks: int = 0
    only: tuple[tuple[int, ...], ...] = ()
    follows: bool = False


@dataclass(frozen=True)
class Verdict:
    """What is behind the failures of one subject.

    Attributes:
        failures: the names of all of them.
        explanations: one for each mistake; the first is the cause.
        right, wrong: gradients that are right on every network, and that are wrong on some, where no mistake is known that
            gives them. multiples: of wrong ones how many times the right one they are, where it is the same on all.
        networks: how many were compared.
    """

    failures: tuple[str, ...]
    explanations: tuple[Explanation, ...] = ()
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    multiples: tuple[tuple[str, float], ...] = ()
    networks: int = 0

    @property
    def sentences(self) -> list[str]:
        """The cause first; then what else is known."""
        return [plain(line, None) for line in self._lines()]

    def _lines(self) -> Iterator[str]:
        for explanation in self.explanations:
            yield _explained(explanation, len(self.failures))
        if self.wrong:
            yield self._unknown()
        named = {name for e in self.explanations for name in e.explains}
        rest = [name for name in self.failures if name not in named]
        if self.explanations and rest and not self.explanations[-1].follows:
            yield f"not explained by it: {', '.join(rest)}"

    def _unknown(self) -> str:
        times = [f"{part} is {factor:.6g} times the right one" for part, factor in self.multiples]
        known = [f"{_all(self.right)} {'is' if len(self.right) == 1 else 'are'} right"] if self.right else []
        wrong = f"{_all(self.wrong)} {'is' if len(self.wrong) == 1 else 'are'} wrong"
        compared = f" on {counted(self.networks, 'generated network')}"
        return f"no known mistake gives these gradients: {'; '.join([wrong, *times, *known])}{compared}"


def _explained(explanation: Explanation, failures: int) -> str:
    first, *others = explanation.mistakes
    told = ", or ".join([first, *others])
    if others:
        told += " (the networks that it can be do not tell them apart)"
    if explanation.only:
        shown = _all(["-".join(map(str, sizes)) for sizes in explanation.only])
        told += f" (in {shown} networks; in others nothing is wrong)"
    number = len(explanation.explains)
    if explanation.follows:
        rest = failures - number
        also = f"; what else fails ({rest}) may follow from it" if rest else ""
        return f"{counted(number, 'failure')} of {failures}: {told}{also}"
    if number == failures:
        whole = {1: "the only failure", 2: "both failures"}.get(failures, f"all {failures} failures")
        return f"one mistake explains {whole}: {told}"
    return f"one mistake explains {number} of {failures} failures: {told}"


def _all(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
