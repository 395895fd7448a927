"""What is behind the failures of a subject: data, and the sentences that it is told in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from symcheck.errors import counted
from symcheck.texts import plain

Widths = tuple[int, ...]
#: Widths of a network with the number of samples of its batch.
Compared = tuple[Widths, int]
_NUMBERS = {2: "two", 3: "three", 4: "four"}


@dataclass(frozen=True)
class Extent:
    """On which of the networks that were compared something is wrong.

    Attributes:
        wrong: those on which it is. right: those on which nothing is; () where it shows on all.
    """

    wrong: tuple[Compared, ...] = ()
    right: tuple[Compared, ...] = ()

    @property
    def told(self) -> str:
        """Where it shows, by what tells these networks from the others: their depth, their samples, their widths; "" where it
        shows on all."""
        if not self.wrong or not self.right:
            return ""
        of_depth = self._parted(lambda compared: len(compared[0]) - 1)
        if of_depth is not None:
            wrong, right = (_all([str(n) for n in depths]) for depths in of_depth)
            return f"in networks of {wrong} layer{'' if wrong == '1' else 's'}; in those of {right} nothing is wrong"
        of_samples = self._parted(lambda compared: compared[1])
        if of_samples is not None:
            wrong, right = (_all([str(n) for n in counts]) for counts in of_samples)
            return f"in batches of {wrong} sample{'' if wrong == '1' else 's'}; in those of {right} nothing is wrong"
        if not {sizes for sizes, _ in self.wrong} & {sizes for sizes, _ in self.right}:
            shown = ["-".join(map(str, sizes)) for sizes in dict.fromkeys(sizes for sizes, _ in self.wrong)]
            return f"in {_all(shown)} networks; in others nothing is wrong"
        count = len(self.wrong) + len(self.right)
        return f"with some numbers, on {len(self.wrong)} of {count} generated networks; on the others nothing is wrong"

    def _parted(self, by: Callable[[Compared], int]) -> tuple[list[int], list[int]] | None:
        wrong, right = ({by(compared) for compared in part} for part in (self.wrong, self.right))
        return None if wrong & right else (sorted(wrong), sorted(right))

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Extent:
        """What `dataclasses.asdict` made plain."""
        return cls(*(tuple((tuple(sizes), count) for sizes, count in plain[part]) for part in ("wrong", "right")))


@dataclass(frozen=True)
class Unexplained:
    """What is known of gradients, or of an update, that no known mistake gives.

    Attributes:
        right, wrong: those which are right on every network, and which are wrong on some.
        multiples: of wrong ones how many times the right one they are, where it is the same on all that are wrong.
        networks: how many were compared. extent: on which of them something is wrong.
        partly: mistakes that give some of the wrong ones, each with those that it gives.
        of: what they are: ``gradients``, or parameters after an ``update``.
    """

    right: tuple[str, ...]
    wrong: tuple[str, ...]
    multiples: tuple[tuple[str, float], ...]
    networks: int
    extent: Extent = field(default_factory=Extent)
    partly: tuple[tuple[str, tuple[str, ...]], ...] = ()
    of: str = "gradients"

    @property
    def sentence(self) -> str:
        """What is wrong and what is not."""
        times = [f"{part} is {_number(factor)} times the right one" for part, factor in self.multiples if factor != 1]
        right = [f"{_all(self.right)} {'is' if len(self.right) == 1 else 'are'} right"] if self.right else []
        wrong = f"{_all(self.wrong)} {'is' if len(self.wrong) == 1 else 'are'} wrong"
        partly = [f"{_all(parts)} {'is' if len(parts) == 1 else 'are'} as with: {told}" for told, parts in self.partly]
        compared = counted(self.networks, "generated network")
        where = f" ({self.extent.told})" if self.extent.told else ""
        known = "; ".join([f"{wrong}{where}", *times, *partly, *right])
        what = "these gradients" if self.of == "gradients" else "what the update makes of the parameters"
        return f"no known mistake gives {'all of ' if partly else ''}{what} on {compared}: {known}"


@dataclass(frozen=True)
class Behind:
    """What a failure comes from.

    Attributes:
        mistakes: those with which the reference fails in the same place, which cannot be told apart.
        networks: on how many they were compared. extent: on which of them something is wrong.
        together: how many mistakes each of them is.
    """

    mistakes: tuple[str, ...]
    networks: int
    extent: Extent = field(default_factory=Extent)
    together: int = 1


@dataclass(frozen=True)
class Failed:
    """One failure.

    Attributes:
        sentence: got, but should be. mistake: what it names as its likely cause.
        misbehaved: whether the subject raised, hung or returned nonsense. did: what it did then, whatever the network.
        exact: whether it sees what it says, without comparing numbers.
        causes: what is behind it, where that is known: several where each of them would have it fail alone.
        known: what is known of gradients that nothing explains.
    """

    name: str
    sentence: str
    mistake: str | None = None
    misbehaved: bool = False
    exact: bool = False
    causes: tuple[Behind, ...] = ()
    known: Unexplained | None = None
    did: str = ""

    @classmethod
    def of(cls, name: str, plain: Mapping[str, Any]) -> Failed:
        """What `dataclasses.asdict` made plain, as where it crossed from one process to another."""
        causes = tuple(Behind(**{**each, "extent": Extent.of(each["extent"])}) for each in plain["causes"])
        known = plain["known"]
        if known is not None:
            known = Unexplained(**{**known, "extent": Extent.of(known["extent"])})
        return cls(**{**plain, "causes": causes, "known": known, "name": name})


@dataclass(frozen=True)
class Explanation:
    """A mistake, or several that cannot be told apart, with what it explains.

    Attributes:
        mistakes: what is wrong and what to write instead, the likeliest first.
        explains: the names of the failures that come from it.
        networks: on how many generated networks it was compared; 0 where a failure says it itself.
        extent: on which of these something is wrong.
        together: how many mistakes each of them is.
    """

    mistakes: tuple[str, ...]
    explains: tuple[str, ...]
    networks: int = 0
    extent: Extent = field(default_factory=Extent)
    together: int = 1

    @property
    def told(self) -> str:
        """The mistake, with where it shows."""
        told = ", or ".join(self.mistakes)
        if len(self.mistakes) > 1:
            told += " (the networks that it can be do not tell them apart)"
        return f"{told} ({self.extent.told})" if self.extent.told else told

    def sentence(self, failures: int) -> str:
        """The mistake, with how many of all failures it explains."""
        told, number = self.told, len(self.explains)
        if not self.networks:
            rest = f"; what else fails ({failures - number}) may follow from it" if failures > number else ""
            return f"{counted(number, 'failure')} of {failures}: {told}{rest}"
        who = "one mistake explains" if self.together == 1 else "two mistakes together explain"
        return f"{who} {_share(number, failures)}: {told}"


@dataclass(frozen=True)
class Verdict:
    """What is behind the failures of one subject, and what is undecided.

    Attributes:
        failures: the names of all of them.
        explanations: one for each mistake, that of most failures first.
        unexplained: what is known of gradients, where no mistake explains them.
        first: what the first of them says, where nothing is known to be behind it.
        undecided: sentences on what is neither known to be wrong nor known to be right.
    """

    failures: tuple[str, ...]
    explanations: tuple[Explanation, ...] = ()
    unexplained: Unexplained | None = None
    undecided: tuple[str, ...] = ()
    first: str = ""

    @property
    def sentences(self) -> list[str]:
        """The cause first; then what else is known."""
        return [plain(line, None) for line in self._lines()]

    def _lines(self) -> Iterator[str]:
        if len(self.explanations) > 1:
            yield self._several()
        else:
            yield from (e.sentence(len(self.failures)) for e in self.explanations)
        if self.first:
            yield f"no known mistake explains {_share(len(self.failures), len(self.failures))}; the first: {self.first}"
        if self.unexplained is not None:
            yield self.unexplained.sentence
        named = {name for e in self.explanations for name in e.explains}
        rest = [name for name in self.failures if name not in named]
        if rest and any(e.networks for e in self.explanations):
            yield f"not explained by {'it' if len(self.explanations) == 1 else 'them'}: {', '.join(rest)}"
        for sentence in self.undecided:
            yield f"undecided: {sentence}"

    def _several(self) -> str:
        """All mistakes, with how many failures come from each."""
        count = sum(e.together for e in self.explanations)
        number = len({name for e in self.explanations for name in e.explains})
        each = "; and ".join(f"{e.told} ({len(e.explains)} of them)" for e in self.explanations)
        return f"{_NUMBERS.get(count, count)} mistakes explain {_share(number, len(self.failures))}: {each}"


def verdict_of(failures: Sequence[Failed], undecided: Sequence[str] = ()) -> Verdict | None:
    """What is behind these failures, and what is undecided; None where nothing fails and nothing is."""
    doubts = tuple(dict.fromkeys(undecided))
    if failures:
        return replace(_behind(failures), undecided=doubts)
    return Verdict((), undecided=doubts) if doubts else None


def _behind(failures: Sequence[Failed]) -> Verdict:
    names = tuple(f.name for f in failures)
    found: dict[tuple[str, ...], Explanation] = {}
    for failure in failures:
        for cause in failure.causes:
            before = found[cause.mistakes].explains if cause.mistakes in found else ()
            explains = (*before, failure.name)
            found[cause.mistakes] = Explanation(cause.mistakes, explains, cause.networks, cause.extent, cause.together)
    if found:
        return Verdict(names, tuple(sorted(found.values(), key=lambda e: -len(e.explains))))
    own = _own_words(failures)
    known = next((f.known for f in failures if f.known is not None), None)
    if known is not None and (own is None or not _is_exact(own, failures)):
        return Verdict(names, unexplained=known)
    if own is None:
        return Verdict(names, first=failures[0].sentence)
    return Verdict(names, (own,))


def _own_words(failures: Sequence[Failed]) -> Explanation | None:
    """The mistake that the most basic failures name themselves, or what they say."""
    told = [f for f in failures if f.mistake or f.misbehaved]
    # What is seen of a call goes before what is guessed from numbers.
    for choice in ([f for f in told if f.exact and f.mistake], [f for f in told if f.mistake], told):
        if choice:
            first = choice[0]
            same = tuple(f.name for f in told if _kind_of(f) == _kind_of(first))
            return Explanation((first.mistake or first.sentence,), same)
    return None


def _kind_of(failure: Failed) -> str:
    """What two failures have in common that come from one thing: their mistake, or what was done, on whatever network."""
    return failure.mistake or failure.did or failure.sentence


def _is_exact(own: Explanation, failures: Sequence[Failed]) -> bool:
    return any(f.exact and f.name in own.explains for f in failures)


def _share(number: int, failures: int) -> str:
    if number < failures:
        return f"{number} of {failures} failures"
    return {1: "the only failure", 2: "both failures"}.get(failures, f"all {failures} failures")


def _number(factor: float) -> str:
    """A factor to as many digits as tell it from 1."""
    return next((told for digits in (6, 9, 12) if float(told := f"{factor:.{digits}g}") != 1), repr(factor))


def _all(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
