"""Kinds of evidence for a claim. Each is run; none is believed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from typing import Any, Literal, Protocol

#: What evidence is good for.
Role = Literal["proves", "tests", "limits", "refutes", "missing"]


@dataclass(frozen=True)
class EvidenceOutcome:
    """What became of one piece of evidence.

    Attributes:
        kind: ``theorem``, ``hypothesis``, ``property``, ``check`` or ``case``.
        name: of what was run.
        role: what it does to the claim if it holds.
        holds: whether it was run and came out as it has to.
        says: what was seen, in words.
        figures: the numbers of a case.
    """

    kind: str
    name: str
    role: Role
    holds: bool
    says: str
    figures: str = ""


class Evidence(Protocol):
    """Something that can be run for a claim."""

    def run(self, bench: Bench) -> list[EvidenceOutcome]:
        """Run it."""

    def names(self, bench: Bench) -> list[tuple[str, str]]:
        """(kind, name) of all that `run` would run."""


@dataclass(frozen=True)
class Shown:
    """What a demonstration computed.

    Attributes:
        case: the numbers, in words. shows: what they show. figures: what was measured.
        holds: whether they do show it.
    """

    case: str
    shows: str
    figures: str
    holds: bool


@dataclass(frozen=True)
class ProofEvidence:
    """A theorem that the kernel accepts."""

    theorem: str

    def names(self, bench: Bench) -> list[tuple[str, str]]:
        return [("theorem", self.theorem)]

    def run(self, bench: Bench) -> list[EvidenceOutcome]:
        theorem = bench.prove(self.theorem)
        count = len(theorem.steps)
        says = f"{count} steps accepted" if theorem.accepted else "the kernel rejects the proof"
        return [EvidenceOutcome("theorem", self.theorem, "proves", theorem.accepted, says)]


@dataclass(frozen=True)
class Needs:
    """A hypothesis without which the proof does not close and a counterexample stands."""

    theorem: str
    hypothesis: str

    def names(self, bench: Bench) -> list[tuple[str, str]]:
        return [("hypothesis", f"{self.theorem} --without {self.hypothesis}")]

    def run(self, bench: Bench) -> list[EvidenceOutcome]:
        theorem = bench.prove(self.theorem, (self.hypothesis,))
        shown = theorem.counterexample
        holds = not theorem.accepted and shown is not None and shown.measured > 0
        says = f"{shown.case}: {shown.shows}" if shown else "no counterexample"
        figures = f"by {shown.measured:.3g}" if shown else ""
        return [EvidenceOutcome("hypothesis", self.names(bench)[0][1], "limits", holds, says, figures)]


@dataclass(frozen=True)
class Properties:
    """Every property of the suite that names the claim, or those of them with one of some words in their names."""

    claim: str
    words: tuple[str, ...] = ()
    role: Role = "tests"

    def _names(self, bench: Bench) -> list[str]:
        return [n for n in bench.properties_of(self.claim) if not self.words or any(w in n for w in self.words)]

    def names(self, bench: Bench) -> list[tuple[str, str]]:
        return [("property", name) for name in self._names(bench)]

    def run(self, bench: Bench) -> list[EvidenceOutcome]:
        names = self._names(bench)
        if not names:
            return [EvidenceOutcome("property", self.claim, self.role, False, "no property stands for it")]
        return [EvidenceOutcome("property", name, self.role, *bench.hold(name)) for name in names]


@dataclass(frozen=True)
class CheckEvidence:
    """A check of the package: every counterexample it ships is rejected."""

    check: str

    def names(self, bench: Bench) -> list[tuple[str, str]]:
        return [("check", self.check)]

    def run(self, bench: Bench) -> list[EvidenceOutcome]:
        return [EvidenceOutcome("check", self.check, "tests", *bench.rejects(self.check))]


@dataclass(frozen=True)
class Demonstration:
    """A minimal case that is computed live.

    Attributes:
        needs: a package without which it is missing, or "".
    """

    show: Callable[[], Shown]
    role: Role = "tests"
    needs: str = ""

    @property
    def name(self) -> str:
        return self.show.__name__.replace("_", " ")

    def names(self, bench: Bench) -> list[tuple[str, str]]:
        return [("case", self.name)]

    def run(self, bench: Bench) -> list[EvidenceOutcome]:
        if self.needs and find_spec(self.needs) is None:
            said = f"it needs {self.needs}, which is not installed: pip install 'symcheck[{self.needs}]'"
            return [EvidenceOutcome("case", self.name, "missing", False, said)]
        shown = self.show()
        return [
            EvidenceOutcome(
                "case", self.name, self.role, bool(shown.holds), f"{shown.case}: {shown.shows}", shown.figures
            )
        ]


class Bench:
    """Runs evidence, each piece once; properties on the reference networks at the fast profile."""

    def __init__(self, told: Callable[[str], None] | None = None) -> None:
        self._told = told or (lambda name: None)
        self._known: dict[tuple[str, ...], Any] = {}

    def _once(self, kind: str, name: str, find: Callable[[], Any], *rest: str) -> Any:
        key = (kind, name, *rest)
        if key not in self._known:
            self._told(name)
            self._known[key] = find()
        return self._known[key]

    def prove(self, name: str, without: tuple[str, ...] = ()) -> Any:
        """The theorem, gone through by the kernel."""
        from symcheck.proof import prove

        return self._once("theorem", name, lambda: prove(name, without), *without)

    @cached_property
    def _properties(self) -> dict[str, Any]:
        from symcheck.suite.properties import properties

        return {function.__name__.removeprefix("test_"): function for function in properties()}

    def properties_of(self, claim: str) -> list[str]:
        """The names of the properties that stand for a claim."""
        from symcheck.suite.claim import claim_of

        marked = {name: claim_of(function) for name, function in self._properties.items()}
        return [name for name, told in marked.items() if told is not None and claim in told.ids]

    def hold(self, name: str) -> tuple[bool, str]:
        """Whether a property holds of the reference networks, and what was seen."""
        from symcheck.claims.properties import held

        found: tuple[bool, str] = self._once("property", name, lambda: held(self._properties[name]))
        return found

    def rejects(self, name: str) -> tuple[bool, str]:
        """Whether a check rejects every counterexample filed under it."""
        found: tuple[bool, str] = self._once("check", name, lambda: _rejected(name))
        return found


def _rejected(name: str) -> tuple[bool, str]:
    from symcheck.checking import check
    from symcheck.counterexamples import COUNTEREXAMPLES

    filed = [e for e in COUNTEREXAMPLES if e.check == name]
    passed = [e.fault for e in filed if not check(e.build(), e.law, only=[name], **e.settings).findings[0].bad]
    says = f"lets {', '.join(passed)} pass" if passed else f"rejects {len(filed)} faulty subjects"
    return bool(filed) and not passed, says
