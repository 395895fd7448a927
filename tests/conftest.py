"""Shared fixtures: the command line in this process, and frameworks that must be there in CI."""

from __future__ import annotations

import gc
import importlib.util
import os
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# Before numpy is imported: matrices here are small, and threads of two workers would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import HealthCheck, settings

from symcheck.subjects.find import choose_keras_backend

# What a test starts elsewhere runs the code that is tested, however the path to it was written.
_ROOT = str(Path(__file__).resolve().parent.parent)
os.environ["PYTHONPATH"] = os.pathsep.join([_ROOT, *filter(None, [os.environ.get("PYTHONPATH")])])

# Fresh examples in CI too, and no verdict that depends on how fast the machine is.
settings.register_profile(
    "symcheck-tests", deadline=None, derandomize=False, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("symcheck-tests")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a test that is marked ``first(n)`` leave all cases but the first n to the sweeps, which are marked ``soak``."""
    seen: Counter[str] = Counter()
    for item in items:
        mark = item.get_closest_marker("first")
        if mark is not None and item.get_closest_marker("soak") is None:
            test = item.nodeid.partition("[")[0]
            seen[test] += 1
            if seen[test] > mark.args[0]:
                item.add_marker(pytest.mark.soak)


def pytest_collection_finish() -> None:
    """Leave what was collected out of every later search for garbage: it stays to the end."""
    gc.collect()
    gc.freeze()


@dataclass
class Outcome:
    status: int
    out: str
    err: str


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Run ``symcheck ARGUMENTS`` in this process; gives exit status, output and errors."""
    from symcheck.__main__ import main

    def run(*arguments: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["symcheck", *map(str, arguments)])
        monkeypatch.setenv("COLUMNS", "120")
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), out, err)

    return run


def require(framework: str) -> None:
    """Skip with a reason where a framework is absent; fail where CI says that it must be there."""
    if importlib.util.find_spec(framework) is None:
        if os.environ.get("SYMCHECK_REQUIRE_FRAMEWORKS"):
            pytest.fail(f"{framework} must be installed in this run")
        pytest.skip(f"{framework} is not installed")


@pytest.fixture
def torch():  # type: ignore[no-untyped-def]
    require("torch")
    return pytest.importorskip("torch")


@pytest.fixture
def distributed():  # type: ignore[no-untyped-def]
    require("distributed")
    return pytest.importorskip("distributed")


@pytest.fixture
def jax():  # type: ignore[no-untyped-def]
    require("jax")
    return pytest.importorskip("jax")


@pytest.fixture
def keras():  # type: ignore[no-untyped-def]
    require("keras")
    choose_keras_backend()
    return pytest.importorskip("keras")


@pytest.fixture
def sklearn():  # type: ignore[no-untyped-def]
    require("sklearn")
    return pytest.importorskip("sklearn")


@pytest.fixture
def flax():  # type: ignore[no-untyped-def]
    require("flax")
    return pytest.importorskip("flax")


@pytest.fixture
def equinox():  # type: ignore[no-untyped-def]
    require("equinox")
    return pytest.importorskip("equinox")


@pytest.fixture
def haiku():  # type: ignore[no-untyped-def]
    require("haiku")
    return pytest.importorskip("haiku")
