"""Networks as their authors left them: how often does right code fail, and what is said first of faulty code?

    python benchmarks/scratch_forms.py --runs 30 --profile fast
    python benchmarks/scratch_forms.py --runs 3 --profile default
    python benchmarks/scratch_forms.py --faults

The files are those of tests/scratch, the faults the one-line changes of tests/subjects/scratch/faults.py. Every run takes
fresh seeds. Seconds are those of the processor, of the run and of the process in which the code is called together. Exits
with 1 where right code fails, or faulty code passes.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "subjects" / "scratch"))

import pytest
from faults import FAULTS, UNSAID
from objectives import CASES, FORMS

import symcheck
from symcheck.checking import open_and_check
from symcheck.pytest.decorator import suite_checks
from symcheck.subjects.data import Options
from symcheck.suite.failure import PropertyFailure
from symcheck.suite.run import Run

#: Right code that has no forward of its own to hold gradients to, with a line of it changed by mistake.
OTHERS = {"unrolled": ("derivative of the unrolled exercise missing", " * sigmoidGradient(z2)", "")}
ALL = [*CASES, *OTHERS]


def seconds() -> float:
    """Processor time of this process and of those that it has started and seen end."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def failures(path: Path, profile: str) -> list[str]:
    """What fails of a file at a profile."""
    opened = open_and_check(str(path), None, Options())
    run, found = Run(profile=profile), []
    try:
        for check in suite_checks(opened, run):
            try:
                check()
            except pytest.skip.Exception:
                continue
            except PropertyFailure as failure:
                found.append(f"{check.name} (seed {run.seed}): {failure}")
    finally:
        if opened.implementation is not None:
            opened.implementation.close()
    return found


def soak(names: list[str], runs: int, profile: str) -> int:
    """Right code, many times; the number of failures."""
    bad = 0
    for name in names:
        times = []
        for _ in range(runs):
            before = seconds()
            found = failures(FORMS / f"{name}.py", profile)
            times.append(seconds() - before)
            bad += len(found)
            for text in found:
                print(f"  {name}: {text}", flush=True)
        print(f"{name:24} {runs} runs, {min(times):.1f} to {max(times):.1f} s", flush=True)
    print(f"{bad} failures in {runs * len(names)} runs of right code")
    return bad


def first_sentences(names: list[str]) -> int:
    """Faulty code, once each, with what is said first; the number that passes."""
    passed = 0
    with tempfile.TemporaryDirectory() as folder:
        others = {fault: (name, old, new, "") for name, (fault, old, new) in OTHERS.items()}
        faults = {fault: changed for fault, changed in (FAULTS | others).items() if changed[0] in names}
        for fault, (name, old, new, _) in faults.items():
            path = Path(folder) / f"{name}.py"
            path.write_text((FORMS / f"{name}.py").read_text().replace(old, new) + UNSAID.get(fault, ""))
            before = seconds()
            report = symcheck.check(str(path))
            passed += report.passed
            told = report.verdict.sentences[0] if report.verdict else "passed"
            print(f"{name} | {fault} | {told} | {seconds() - before:.1f} s", flush=True)
    print(f"{passed} faulty files of {len(faults)} passed")
    return passed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--profile", choices=["fast", "default", "thorough"], default="fast")
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--forms", nargs="*", default=ALL, choices=ALL)
    given = parser.parse_args()
    if given.faults:
        return int(first_sentences(given.forms) > 0)
    return int(soak(given.forms, given.runs, given.profile) > 0)


if __name__ == "__main__":
    sys.exit(main())
