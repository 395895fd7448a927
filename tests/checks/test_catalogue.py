"""The catalogue holds every check once; whatever names one elsewhere names one of these."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import symcheck.checks
from symcheck.checks.bench import CHANCES
from symcheck.checks.catalogue import CHECKS, checks_of
from symcheck.checks.definition import Check
from symcheck.checks.network_bench import CHANCES_PER_LAYER
from symcheck.claims.evidence import CheckEvidence
from symcheck.claims.ledger import LEDGER
from symcheck.counterexamples import COUNTEREXAMPLES

NAMES = {c.name for c in CHECKS}
PACKAGE = symcheck.checks.__name__


def modules() -> list[str]:
    return [m.name for m in pkgutil.walk_packages(symcheck.checks.__path__, f"{PACKAGE}.")]


def test_every_check_is_in_the_catalogue_once() -> None:
    assert len(NAMES) == len(CHECKS)
    defined = [v for m in modules() for v in vars(importlib.import_module(m)).values() if isinstance(v, Check)]
    assert {c.name for c in defined} == NAMES
    assert [*checks_of("initializer"), *checks_of("network"), *checks_of("parameter")] == list(CHECKS)


def test_counterexamples_and_claims_name_checks_that_exist() -> None:
    assert {e.check for e in COUNTEREXAMPLES} == NAMES
    evidence = [e.check for c in LEDGER for p in c.parts for e in p.evidence if isinstance(e, CheckEvidence)]
    assert evidence
    assert set(evidence) <= NAMES


def test_the_false_alarm_budget_is_shared_by_the_checks_that_may_fail_by_chance() -> None:
    chancy = [c for c in CHECKS if c.grade == "statistical" or c.name == "initializer.written"]
    assert sum(c.kind == "initializer" for c in chancy) == CHANCES
    assert sum(c.kind == "network" for c in chancy) == CHANCES_PER_LAYER


def imported(module: str) -> Iterator[str]:
    tree = ast.parse(Path(str(importlib.import_module(module).__file__)).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == PACKAGE:
            yield from (f"{PACKAGE}.{a.name}" for a in node.names)
        elif isinstance(node, ast.ImportFrom) and str(node.module).startswith(PACKAGE):
            yield str(node.module)


def test_checks_do_not_import_each_other_in_a_circle() -> None:
    graph = {module: set(imported(module)) for module in modules()}
    assert graph[f"{PACKAGE}.catalogue"]
    assert list(TopologicalSorter(graph).static_order())
