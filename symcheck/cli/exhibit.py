"""What the package shows of itself: the gallery judged, the laws listed, a check explained, the self-test."""

from __future__ import annotations

import inspect
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from textwrap import fill
from typing import Any

from symcheck.checks.registry import all_checks
from symcheck.checks.runner import check
from symcheck.checks.sentences import verdict_sentence
from symcheck.counterexamples import COUNTEREXAMPLES
from symcheck.errors import SymcheckError, close_to, listed
from symcheck.laws.gallery import GALLERY
from symcheck.laws.law import CATALOGUE
from symcheck.laws.libraries import LIBRARY_LAWS
from symcheck.laws.names import ALIASES

#: One activation of each symmetry class that behaves differently at zero.
SHOWN_ACTIVATIONS = ("relu", "tanh", "sigmoid")


@dataclass(frozen=True)
class Exhibit:
    """One row of the gallery: the verdict for each activation, and in words for the first one."""

    name: str
    said: str
    verdicts: dict[str, str]
    sentence: str

    def as_dict(self) -> dict[str, Any]:
        """The row as plain data."""
        return asdict(self)


def judge_gallery() -> list[Exhibit]:
    """Certify each initialization of the gallery, for each of the shown activations."""
    from symcheck.reference.samplers import sample_gallery
    from symcheck.symmetry import certify

    seed, rows = secrets.randbelow(2**31), []
    for name, entry in GALLERY.items():
        certificates = {a: certify(sample_gallery(name, seed, a)) for a in SHOWN_ACTIVATIONS}
        verdicts = {a: str(c.verdict) for a, c in certificates.items()}
        sentences = {a: verdict_sentence(c) for a, c in certificates.items()}
        said: dict[str, list[str]] = {}
        for activation, text in sentences.items():
            said.setdefault(text, []).append(activation)
        sentence = "; ".join(t if len(said) == 1 else f"{', '.join(names)}: {t}" for t, names in said.items())
        rows.append(Exhibit(name, entry.said, verdicts, sentence))
    return rows


def law_rows() -> list[dict[str, Any]]:
    """The catalogue as rows: name, parameters, promise, aliases."""
    rows = []
    for name, function in CATALOGUE.items():
        parameters = ", ".join(str(p) for p in _plain_parameters(function))
        promise = (function.__doc__ or "").strip().rstrip(".").replace("``", "")
        aliases = [alias for alias, law in ALIASES.items() if law == name]
        rows.append({"name": name, "parameters": parameters, "promise": promise, "aliases": aliases})
    return rows


def library_rows() -> list[dict[str, str]]:
    """What each library's own names mean: library, name, law."""
    return [
        {"library": library, "name": name, "law": law}
        for library, names in LIBRARY_LAWS.items()
        for name, law in names.items()
    ]


def _plain_parameters(function: Callable[..., Any]) -> Iterator[str]:
    for p in inspect.signature(function).parameters.values():
        yield p.name if p.default is p.empty or p.default is None else f"{p.name}={p.default}"


def explanation(name: str) -> str:
    """What a check looks at, its grade, the usual causes, what to try, and its counterexamples.

    Raises:
        SymcheckError: no such check.
    """
    checks = {c.name: c for c in all_checks()}
    if name not in checks:
        near = [*(c for c in checks if c.endswith(f".{name}")), *close_to(name, checks), *_by_last_word(name, checks)]
        hint = f"; did you mean {listed(dict.fromkeys(near))}?" if near else ""
        names = fill(f"There are: {', '.join(checks)}.", 80, break_on_hyphens=False)
        raise SymcheckError(f"no check is named {name!r}{hint}\n{names}")
    item = checks[name]
    faults = ", ".join(f"{c.fault} ({c.size})" for c in COUNTEREXAMPLES if c.check == name)
    paragraphs = [
        f"{item.name}   grade: {item.grade}",
        fill(item.looks_at, 80),
        fill(f"Usual causes of a failure: {item.causes}", 80),
        fill(f"What to try: {item.remedy}", 80),
        fill(f"It is known to reject: {faults}.", 80),
    ]
    return "\n\n".join(paragraphs)


def _by_last_word(name: str, checks: Iterable[str]) -> list[str]:
    last = {c.split(".")[1]: c for c in checks}
    return [c for word in close_to(name.split(".")[-1], last) for c in checks if c.endswith(f".{word}")]


#: Sound subjects, by law: the reference samplers must pass everything that applies to them.
SOUND = (
    "he_normal",
    "he_uniform",
    "he_normal(distribution=truncated_normal)",
    "glorot_normal",
    "glorot_uniform",
    "lecun_normal",
    "lecun_uniform",
    "0.01 * randn",
    "uniform(0, 0.01)",
    "truncated_normal(0.02, -2, 2)",
    "variance_scaling(1, fan_avg, uncorrected_truncated_normal)",
    "orthogonal",
    "sparse(0.1)",
    "identity",
    "zero bias with random W",
)


def self_test(progress: Callable[[str], None] | None = None) -> list[dict[str, Any]]:
    """Every counterexample must be rejected by its check, every sound subject accepted by all."""
    rows: list[dict[str, Any]] = []
    for example in COUNTEREXAMPLES:
        if progress:
            progress(f"{example.check}: {example.fault}")
        report = check(example.build(), example.law, only=[example.check], **example.settings)
        finding = report.findings[0]
        rows.append(
            {
                "check": example.check,
                "size": example.size,
                "subject": example.fault,
                "right": finding.bad,
                "message": finding.message,
            }
        )
    for name in SOUND:
        if progress:
            progress(name)
        report = check(name)
        message = "; ".join(f"{f.check}: {f.message}" for f in report.failures) or f"{report.counts['passed']} passed"
        rows.append({"check": "all", "size": "none", "subject": name, "right": report.passed, "message": message})
    return rows
