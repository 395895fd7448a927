"""Which property catches each known fault first, how many fail, and does the first sentence name it?

    python benchmarks/first_catch.py --table
    python benchmarks/first_catch.py --only paired --keep FILE

Every faulty implementation of symcheck.counterexamples goes through the whole suite, once, with a fresh seed, and so does
every one-line change of tests/subjects/scratch/faults.py, as a file. First is the first in the order of the suite. Of an
implementation the first sentence names the fault where it contains the words that are kept beside it, of a file where it
contains those of fault_words.py; where it does not, it is printed. Rows are kept in FILE, so that an interrupted run goes
on. Exits with 1 where a fault passes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "subjects" / "scratch"))

import pytest
from fault_words import WORDS
from faults import FAULTS, UNSAID
from objectives import FORMS

from symcheck.checking import open_and_check
from symcheck.counterexamples.implementations import ALL, PAIRED
from symcheck.counterexamples.implementations.mlp import LAWS
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
        first: the first property that fails, empty where none does. failures: the number of those that fail.
        said: the first sentence of the verdict.
    """

    group: str
    fault: str
    first: str
    failures: int
    said: str


@dataclass(frozen=True)
class Case:
    """A fault to be tried: an implementation with its words, or a file with one line changed."""

    group: str
    fault: str
    words: str
    kind: Any = None
    change: tuple[str, str, str] | None = None

    def caught(self, profile: str) -> Caught:
        """What the suite makes of it."""
        if self.change is None:
            return self._caught(self.kind(), Run(profile=profile, law=LAWS.get(self.kind.activation)))
        name, old, new = self.change
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{name}.py"
            unsaid = UNSAID.get(self.fault.partition(": ")[2], "")
            path.write_text((FORMS / f"{name}.py").read_text().replace(old, new) + unsaid)
            return self._caught(str(path), Run(profile=profile))

    def _caught(self, subject: Any, run: Run) -> Caught:
        names, facts = failures(subject, run)
        verdict = verdict_of(facts)
        said = verdict.sentences[0] if verdict is not None and verdict.sentences else ""
        return Caught(self.group, self.fault, names[0].partition("[")[0] if names else "", len(names), said)

    def named(self, found: Caught) -> bool:
        """Whether the first sentence names it."""
        return self.words in found.said


def failures(subject: Any, run: Run) -> tuple[list[str], list[Failed]]:
    """The names of the properties that fail, in the order of the suite, and what is known of the failures."""
    opened = open_and_check(subject, None, Options())
    names: list[str] = []
    facts: list[Failed] = []
    try:
        for check in suite_checks(opened, run):
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
    return names, facts


def every(groups: list[str]) -> Iterator[Case]:
    """All faults of these groups."""
    for group, kinds in (("paired", PAIRED), ("shipped", ALL)):
        if group in groups:
            yield from (Case(group, kind.__name__, kind.likely_mistake, kind) for kind in kinds)
    if "files" in groups:
        for fault, (name, old, new, _) in FAULTS.items():
            yield Case("files", f"{name}: {fault}", WORDS[fault], change=(name, old, new))


def row(found: Caught, named: bool) -> str:
    """One line of the table."""
    told = "yes" if named else f"no: {found.said or 'nothing is said'}"
    return f"| {found.group} | {found.fault} | {found.first or 'none'} | {found.failures} | {told} |"


def summary(found: list[tuple[Caught, bool]]) -> Iterator[str]:
    """How many of each group are caught and named, and by which property first."""
    for group in dict.fromkeys(one.group for one, _ in found):
        own = [(one, named) for one, named in found if one.group == group]
        caught, named = sum(bool(one.first) for one, _ in own), sum(named for _, named in own)
        yield f"{group}: {caught} of {len(own)} caught, {named} named in the first sentence"
    for first, count in Counter(one.first for one, _ in found).most_common():
        yield f"{count:4} first by {first or 'none'}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--profile", choices=["fast", "default", "thorough"], default="fast")
    parser.add_argument("--only", nargs="*", default=list(GROUPS), choices=GROUPS)
    parser.add_argument("--table", action="store_true", help="print a line for each fault, as it is found")
    parser.add_argument("--keep", type=Path, help="rows that are found, one object of JSON a line")
    given = parser.parse_args()
    kept = given.keep.read_text().splitlines() if given.keep and given.keep.exists() else []
    before = {(c.group, c.fault): c for c in (Caught(**json.loads(line)) for line in kept)}
    found = []
    for case in every(given.only):
        one = before.get((case.group, case.fault))
        if one is None:
            one = case.caught(given.profile)
            if given.keep:
                with given.keep.open("a") as file:
                    file.write(json.dumps(asdict(one)) + "\n")
        found.append((one, case.named(one)))
        if given.table:
            print(row(*found[-1]), flush=True)
    print("\n".join(summary(found)))
    return int(any(not one.first for one, _ in found))


if __name__ == "__main__":
    sys.exit(main())
