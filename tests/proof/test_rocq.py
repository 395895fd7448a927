"""Rocq accepts what the kernel proves, and rejects it changed: grossly and slightly."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from rocq_facts import rewritten, told

from symcheck.proof import THEOREMS as LIBRARY
from symcheck.proof.kernel.terms import ZERO, Fact, Term, mul
from symcheck.proof.rocq import Statement, document, provable
from symcheck.proof.rocq.document import preamble, theorem

Coqc = Callable[..., "subprocess.CompletedProcess[str]"]

#: As many as are said to be accepted by Rocq, in what the commands write.
THEOREMS = {name: told(name) for name in provable()}
GROUPS = ("hypotheses", "definitions", "derived", "conclusions")


def some(cases: Iterable[tuple[str, ...]]) -> list[Any]:
    """The first of them; the others in a stage of CI, as each is a run of coqc."""
    return [pytest.param(*case, marks=pytest.mark.soak if n else ()) for n, case in enumerate(cases)]


@dataclass(frozen=True)
class Verdict:
    """What coqc said.

    Attributes:
        accepted: whether it ended well.
        out: all that it printed.
        in_proof: whether it stopped inside the last proof, having understood what the theorem says.
    """

    accepted: bool
    out: str
    in_proof: bool

    @property
    def rejected(self) -> bool:
        """Whether the proof does not prove what the theorem says."""
        return not self.accepted and self.in_proof


@pytest.fixture
def judge(coqc: Coqc, compiled_lemmas: Path) -> Callable[..., Verdict]:
    """Let Rocq check theorems whose lemmas have been compiled before."""

    def run(*statements: Statement) -> Verdict:
        text = "\n".join([preamble(), "From Symcheck Require Import lemmas.", *map(theorem, statements)])
        ended = coqc(text, "-R", str(compiled_lemmas), "Symcheck")
        stopped = re.search(r"line (\d+), characters [\d-]+:\nError", ended.stdout)
        begins = text[: text.rindex("\nProof.\n")].count("\n") + 2
        return Verdict(ended.returncode == 0, ended.stdout, stopped is not None and int(stopped[1]) > begins)

    return run


@pytest.mark.soak
def test_all_theorems_in_one_file(coqc: Coqc) -> None:
    ended = coqc(document(*THEOREMS.values()))
    assert ended.returncode == 0, ended.stdout
    assert ended.stdout.splitlines() == ["Closed under the global context"] * len(THEOREMS)


PAGE = (Path(__file__).parents[2] / "docs" / "why.md").read_text(encoding="utf-8")


def test_the_page_names_those_that_are_accepted() -> None:
    named = re.search(r"^Also accepted by Rocq: (.*?), each", PAGE, re.MULTILINE | re.DOTALL)
    assert named is not None
    assert tuple(re.findall(r"`(.*?)`", named[1])) == provable()
    assert set(provable()) <= set(LIBRARY)


@pytest.mark.skipif("SYMCHECK_REQUIRE_ROCQ" not in os.environ, reason="the page speaks of the versions in CI")
def test_the_page_names_the_versions_of_ci() -> None:
    rocq = subprocess.check_output(["coqc", "-print-version"], text=True).split()[0]
    package = ["dpkg-query", "--show", "--showformat=${Version}", "libcoq-mathcomp-algebra"]
    mathcomp = subprocess.check_output(package, text=True).split("-")[0]
    assert f"with Coq {rocq} and mathcomp {mathcomp}." in PAGE


def reversed_products(term: Term) -> Term:
    """The same with the factors of every product and the terms of every sum the other way round."""
    parts = [reversed_products(p) for p in term.args]
    return Term(term.op, term.head, parts[::-1] if term.op in ("mul", "add") else parts)


def with_facts(statement: Statement, change: Callable[[Fact], Fact]) -> Statement:
    """The statement with every fact changed."""
    other = replace(statement, **{g: tuple(map(change, getattr(statement, g))) for g in GROUPS})
    assert theorem(statement) != theorem(other)
    return other


@pytest.mark.soak
def test_factors_and_terms_may_stand_in_another_order(judge: Callable[..., Verdict]) -> None:
    verdict = judge(*(with_facts(s, lambda f: replace(f, right=reversed_products(f.right))) for s in THEOREMS.values()))
    assert verdict.accepted, verdict.out
    assert verdict.out.splitlines() == ["Closed under the global context"] * len(THEOREMS)


#: Without the premise that it divides by nothing that is 0, the quotient is not even written.
WITHOUT = [(name, f.name) for name, s in THEOREMS.items() for f in s.hypotheses if f.relation != "!="]


@pytest.mark.parametrize(("name", "hypothesis"), some(WITHOUT))
def test_no_hypothesis_can_be_dropped(name: str, hypothesis: str, judge: Callable[..., Verdict]) -> None:
    # It says 0 = 0 under the same name, so that the proof does not fail for want of the name.
    def empty(fact: Fact) -> Fact:
        nothing = mul(ZERO, fact.left)
        return replace(fact, left=nothing, right=nothing, relation="=") if fact.name == hypothesis else fact

    verdict = judge(with_facts(THEOREMS[name], empty))
    assert verdict.rejected, verdict.out


COLUMNS = "sum(a) W[0, l, I, a, J, c] = C[0, l, I, J]"
ROWS = "sum(c) W[0, l, I, a, J, c] = R[0, l, I, J]"
TIED = "h[t, l, s, I, a] = H[t, l, s, I]   for l in 1..L-1\n  forward"
BIASES = "b[0, l, i] = c[l]   for l in 1..L-1"
SUMS = "-sum(c) W[0, u, P, q, J, c] >= 0"
#: What one place of a text says instead of what it says.
FALSE = {
    "rows for columns": ("equitable-partitions", COLUMNS, COLUMNS.replace("sum(a)", "sum(c)")),
    "rows, but not those of the first layer": ("equitable-partitions", ROWS, f"{ROWS}   for l in 2..L"),
    "columns, but not those of the last layer": ("equitable-partitions", COLUMNS, f"{COLUMNS}   for l in 1..L-1"),
    "rows, but not those of the first block": ("equitable-partitions", ROWS, f"{ROWS}   for I in 2..n[l]"),
    "units of the output layer, which have no activation": (
        "equitable-partitions",
        TIED,
        TIED.replace("1..L-1", "1..L"),
    ),
    "activations of the next step": ("equitable-partitions", TIED, TIED.replace("H[t,", "H[t+1,")),
    "row sums that forget how many weights move": ("equitable-partitions", "eta[t, l] m[l-1, J]", "eta[t, l]"),
    "units are told apart by a bias": ("constant-init", BIASES, f"{BIASES}, i in 2..n[l]"),
    "hidden layers from the second on": ("constant-init", BIASES, BIASES.replace("1..L-1", "2..L-1")),
    "the rate |I| / |J|": ("quotient", "eta[t, l] m[l-1, J] / m[l, I]", "eta[t, l] m[l, I] / m[l-1, J]"),
    "a class below with a positive sum": ("dead-by-sign", SUMS, f"{SUMS}   for J in 2..n[u-1]"),
    "a ReLU that may jump at 0": ("dead-by-sign", "sigma(u, -v) = 0   for v >= 0", "sigma(u, -v) = 0   for v > 0"),
}


@pytest.mark.parametrize("said", some(zip(FALSE)))
def test_a_text_that_says_what_is_false_is_rejected(said: str, judge: Callable[..., Verdict]) -> None:
    verdict = judge(rewritten(*FALSE[said]))
    assert verdict.rejected, verdict.out


def test_members_that_may_be_0_in_the_field_are_rejected(judge: Callable[..., Verdict]) -> None:
    def hidden(fact: Fact) -> Fact:
        l, *others = fact.ranges
        return replace(fact, ranges=(replace(l, high=l.high - 1), *others)) if fact.relation == "!=" else fact

    verdict = judge(with_facts(THEOREMS["quotient"], hidden))
    assert verdict.rejected, verdict.out


TRUE = {
    "inputs are tied too": ("equitable-partitions", TIED, TIED.replace("1..L-1", "0..L-1")),
    "fewer layers": ("equitable-partitions", TIED, TIED.replace("1..L-1", "2..L-1")),
    "biases of the last layer are equal too": ("constant-init", BIASES, BIASES.replace("1..L-1", "1..L")),
    "activations are not negative in any layer": (
        "dead-by-sign",
        "sigma(l, v) >= 0   for l in 1..u-1, v real",
        "sigma(l, v) >= 0   for l in 1..L, v real",
    ),
}


@pytest.mark.parametrize("said", some(zip(TRUE)))
def test_a_text_that_says_what_is_true_otherwise_is_accepted(said: str, judge: Callable[..., Verdict]) -> None:
    verdict = judge(rewritten(*TRUE[said]))
    assert verdict.accepted, verdict.out
