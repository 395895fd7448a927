"""Theorems with their proofs, as one file that Rocq checks by itself."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from symcheck.proof.kernel.terms import Fact
from symcheck.proof.rocq.indices import NotWritable
from symcheck.proof.rocq.names import RING, fact_name, function_name
from symcheck.proof.rocq.printer import Printer, opened
from symcheck.proof.rocq.statement import Statement, terms_of

#: What the proof of a theorem rests on, beside the tactics: lemmas, each in a file of its own.
LEMMAS: Final[Mapping[str, tuple[str, ...]]] = {"equitable-partitions": ("blocks",), "quotient": ("blocks",)}

#: The commutative ring that is in each structure.
_COMMUTATIVE: Final[Mapping[str, str]] = {
    "comRingType": "{}",
    "fieldType": "(GRing.Field.comRingType {})",
    "realDomainType": "(Num.RealDomain.comRingType {})",
    "realFieldType": "(Num.RealField.comRingType {})",
}


def document(*statements: Statement) -> str:
    """The theorems, with their proofs and what they rest on.

    Args:
        statements: of theorems that have a proof for Rocq.

    Raises:
        NotWritable: one has no proof for Rocq, or says what has no counterpart there.
    """
    return "\n".join([preamble(), lemmas(*(s.name for s in statements)), *(theorem(s) for s in statements)])


def preamble() -> str:
    """What every file begins with: what is said there, and of what."""
    return _script("lemmas", "preamble")


def lemmas(*theorems: str) -> str:
    """What the proofs of these theorems rest on, each once."""
    needed = dict.fromkeys(lemma for name in theorems for lemma in LEMMAS.get(name, ()))
    return "\n".join(_script("lemmas", name) for name in ("tactics", *needed))


def theorem(statement: Statement) -> str:
    """A theorem with its proof, which stands after the preamble and the lemmas.

    Raises:
        NotWritable: it has no proof for Rocq, or says what has no counterpart there.
    """
    if statement.name not in provable():
        raise NotWritable(f"{statement.name} has no proof for Rocq; {', '.join(provable())} have")
    (printer, ranges), name = opened(statement), fact_name(statement.name)
    conclusions = " /\\\n    ".join(f"({printer.fact(f)})" for f in statement.conclusions)
    ring = _COMMUTATIVE[statement.structure].format(RING)
    return f"""(* {_comment(statement.title)}. *)
Section {name}.
Variable {RING} : {statement.structure}.
Add Ring {RING}_ring : (ring_of {ring}).
Ltac same := equal_in {ring}.

Theorem {name}
    {_declared(statement)}
    {_premises(statement, printer, ranges)} :
    {conclusions}.
Proof.
{_script("theorems", statement.name).rstrip()}
Qed.
End {name}.
Print Assumptions {name}.
"""


def provable() -> tuple[str, ...]:
    """The names of the theorems that have a proof for Rocq."""
    return tuple(sorted(f.name.removesuffix(".v") for f in (files(__package__) / "theorems").iterdir()))


def _script(folder: str, name: str) -> str:
    return (files(__package__) / folder / f"{name}.v").read_text(encoding="utf-8")


def _declared(statement: Statement) -> str:
    """What the theorem speaks of, each for all: functions, sizes and arrays."""
    terms = list(terms_of(statement.facts))
    used = {t.head for t in terms if t.op == "entry"}
    functions = sorted({t.head for t in terms if t.op == "function"})
    kinds = {function_name(f): [*["nat"] * (statement.functions[f[0]] - 1), RING, RING] for f in functions}
    kinds |= {str(r.name): ["nat"] for r in statement.sizes}
    kinds |= {a: ["nat"] * (k + 1) for a, k in statement.integers.items() if a in used}
    kinds |= {a: [*["nat"] * k, RING] for a, k in statement.arrays.items() if a in used}
    written = {name: " -> ".join(kind) for name, kind in kinds.items()}
    alike = {kind: [n for n in written if written[n] == kind] for kind in dict.fromkeys(written.values())}
    return "\n    ".join(f"({' '.join(names)} : {kind})" for kind, names in alike.items())


def _premises(statement: Statement, printer: Printer, ranges: tuple[tuple[str, str], ...]) -> str:
    lines = [f"({name} : {guard})" for name, guard in ranges]
    for heading, facts in (
        ("Assumed.", statement.hypotheses),
        ("What the arrays are.", statement.definitions),
        ("What the chain rule gives for a loss and activations that have derivatives.", statement.derived),
    ):
        lines += [f"(* {heading} *)"] if facts else []
        lines += [_said(f) + f"({fact_name(f.name)} : {printer.fact(f)})" for f in facts]
    return "\n    ".join(lines)


def _said(fact: Fact) -> str:
    return f"(* {_comment(fact.words)} *)\n    " if fact.words else ""


def _comment(text: str) -> str:
    """Words that cannot end the comment that they stand in, nor begin a string in it."""
    return text.replace("(*", "( *").replace("*)", "* )").replace('"', "'")
