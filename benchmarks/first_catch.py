"""Which property catches each known fault first, how many fail, and does the first sentence name it?

    python benchmarks/first_catch.py
    python benchmarks/first_catch.py --table
    python benchmarks/first_catch.py --only paired --table

Every faulty implementation of symcheck.counterexamples goes through the whole suite, once, with a fresh seed, and so does
every one-line change of tests/subjects/scratch/faults.py, as a file. First is the first in the order of the suite. Of an
implementation the first sentence names the fault where it contains the words that are kept beside it. The files have no
such words: what is said of them first is printed instead. Exits with 1 where a fault passes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "subjects" / "scratch"))

import pytest
from faults import FAULTS, UNSAID
from objectives import FORMS

from symcheck.checking import open_and_check
from symcheck.counterexamples.implementations import ALL, PAIRED
from symcheck.pytest.decorator import suite_checks
from symcheck.subjects.data import Options
from symcheck.suite.failure import PropertyFailure
from symcheck.suite.run import Run
from symcheck.verdict import Failed, verdict_of

GROUPS = ("shipped", "paired", "files")


@dataclass(frozen=True)
class Caught:
    """What the suite made of one fault.

    Attributes:
        first: the first property that fails, empty where none does. said: the first sentence of the verdict.
        failures: the number of properties that fail. named: whether ``said`` has the fault's words; None without words.
    """

    group: str
    fault: str
    first: str
    failures: int
    said: str
    named: bool | None


def caught(group: str, fault: str, subject: Any, words: str | None, profile: str) -> Caught:
    """The suite on one subject."""
    opened = open_and_check(subject, None, Options())
    names: list[str] = []
    facts: list[Failed] = []
    try:
        for check in suite_checks(opened, Run(profile=profile)):
            try:
                check()
            except pytest.skip.Exception:
                continue
            except PropertyFailure as failure:
                names.append(check.name)
                facts += [failure.facts] if failure.facts else []
    finally:
        if opened.implementation is not None:
            opened.implementation.close()
    verdict = verdict_of(facts)
    said = verdict.sentences[0] if verdict is not None and verdict.sentences else ""
    first = names[0].partition("[")[0] if names else ""
    return Caught(group, fault, first, len(names), said, None if words is None else words in said)


def every(groups: list[str], profile: str) -> Iterator[Caught]:
    """All faults of these groups."""
    for group, kinds in (("shipped", ALL), ("paired", PAIRED)):
        if group in groups:
            for kind in kinds:
                yield caught(group, kind.__name__, kind(), kind.likely_mistake, profile)
    if "files" in groups:
        with tempfile.TemporaryDirectory() as folder:
            for fault, (name, old, new, _) in FAULTS.items():
                path = Path(folder) / f"{name}.py"
                path.write_text((FORMS / f"{name}.py").read_text().replace(old, new) + UNSAID.get(fault, ""))
                yield caught(group="files", fault=f"{name}: {fault}", subject=str(path), words=None, profile=profile)


def row(found: Caught) -> str:
    """One line of the table."""
    named = {True: "yes", False: "no", None: "-"}[found.named]
    said = "" if found.named else f" {found.said or 'nothing'}"
    return f"| {found.fault} | {found.first or 'none'} | {found.failures} | {named} |{said}"


def summary(found: list[Caught]) -> Iterator[str]:
    """How many of each group are caught and named, and by which property first."""
    for group in dict.fromkeys(f.group for f in found):
        own = [f for f in found if f.group == group]
        worded = [f for f in own if f.named is not None]
        named = f", {sum(f.named is True for f in worded)} named first" if worded else ""
        yield f"{group}: {sum(bool(f.first) for f in own)} of {len(own)} caught{named}"
    for first, count in Counter(f.first for f in found).most_common():
        yield f"{count:4} first by {first or 'none'}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--profile", choices=["fast", "default", "thorough"], default="fast")
    parser.add_argument("--only", nargs="*", default=list(GROUPS), choices=GROUPS)
    parser.add_argument("--table", action="store_true", help="print a line for each fault, as it is found")
    given = parser.parse_args()
    found = []
    for one in every(given.only, given.profile):
        found.append(one)
        if given.table:
            print(row(one), flush=True)
    print("\n".join(summary(found)))
    return int(any(not f.first for f in found))


if __name__ == "__main__":
    sys.exit(main())
