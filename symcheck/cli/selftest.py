"""The self-test: every check rejects its counterexamples, and sound subjects pass them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

from symcheck.checking import check
from symcheck.counterexamples import COUNTEREXAMPLES, Counterexample
from symcheck.report import Finding, NotJudged

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


def judge_example(example: Counterexample) -> Finding:
    """What the check that must reject a counterexample says of it."""
    (finding,) = check(example.build(), example.law, only=[example.check], **example.settings).findings
    return finding


def self_test(progress: Callable[[str], None] | None = None) -> list[dict[str, Any]]:
    """A row for each counterexample and each sound subject, which says whether it was judged as it should be.

    Counterexamples that need a library which is not installed are left out.
    """
    told = progress or (lambda text: None)
    rows: list[dict[str, Any]] = []
    examples = [example for example in COUNTEREXAMPLES if not example.needs or find_spec(example.needs)]
    subjects = len(examples) + len(SOUND)
    for example in examples:
        told(f"{example.check}: {example.fault} ({len(rows) + 1} of {subjects})")
        finding = judge_example(example)
        # A check that breaks down has not rejected anything.
        rejected = finding.bad and not isinstance(finding, NotJudged)
        rows.append(_row(example.check, example.size, example.fault, rejected, finding.message))
    for name in SOUND:
        told(f"{name} ({len(rows) + 1} of {subjects})")
        report = check(name)
        message = "; ".join(f"{f.check}: {f.message}" for f in report.failures) or f"{report.counts['passed']} passed"
        rows.append(_row("all", "none", name, report.passed, message))
    return rows


def summary(rows: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """For each check how many of its counterexamples it rejects, by size, and how many sound subjects pass it."""
    told = []
    for check_name in dict.fromkeys(row["check"] for row in rows):
        cells = []
        for size in ("gross", "slight", "none"):
            right = [row["right"] for row in rows if (row["check"], row["size"]) == (check_name, size)]
            cells.append(f"{sum(right)} of {len(right)}" if right else "")
        told.append([check_name, *cells])
    return told


def _row(check_name: str, size: str, subject: str, right: bool, message: str) -> dict[str, Any]:
    return {"check": check_name, "size": size, "subject": subject, "right": right, "message": message}
