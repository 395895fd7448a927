"""Runs pytest in an empty folder with the plugin: in this process, or where that proves something in one of its own."""

from __future__ import annotations

import gc
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from symcheck.suite.run import suite

MLPS = Path(__file__).with_name("mlps.py")
ROOT = Path(__file__).resolve().parents[2]
#: Few examples, nothing left behind.
ALWAYS = ("--symcheck-profile", "fast", "-p", "no:cacheprovider")


@dataclass
class Ran:
    """A run of pytest: exit status, output, and how many tests had which outcome."""

    status: int
    out: str

    def count(self, outcome: str) -> int:
        found = re.findall(rf"(\d+) {outcome}", self.out.splitlines()[-1])
        return int(found[0]) if found else 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder with the file of networks."""
    shutil.copy(MLPS, tmp_path / "mlps.py")
    return tmp_path


@pytest.fixture
def plugin(pytestconfig: pytest.Config) -> tuple[str, ...]:
    """Loads the plugin where its entry point is not installed."""
    return () if pytestconfig.pluginmanager.hasplugin("symcheck") else ("-p", "symcheck.pytest.plugin")


@pytest.fixture
def run(folder: Path, plugin: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run ``pytest ARGUMENTS`` there, in this process, as if nothing of it had been imported yet."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    # As `python -m pytest` has it.
    monkeypatch.syspath_prepend(folder)

    def call(*arguments: str) -> Ran:
        written = io.StringIO()
        # Pytest searches for garbage several times as it ends: what is there already is left out.
        gc.collect()
        gc.freeze()
        with _imported_afresh(folder, suite()[0].parent), redirect_stdout(written), redirect_stderr(written):
            status = pytest.main([*plugin, *ALWAYS, "-p", "no:faulthandler", *arguments])
        assert "INTERNALERROR" not in written.getvalue(), written.getvalue()
        return Ran(int(status), written.getvalue().strip())

    return call


@contextmanager
def _imported_afresh(*folders: Path) -> Iterator[None]:
    """Nothing imported from these folders before is seen inside, and nothing imported inside is seen after."""

    def ours() -> dict[str, object]:
        files = ((name, getattr(module, "__file__", None)) for name, module in list(sys.modules.items()))
        return {n: sys.modules[n] for n, f in files if f and any(Path(f).is_relative_to(d) for d in folders)}

    before = ours()
    for name in before:
        del sys.modules[name]
    try:
        yield
    finally:
        for name in ours():
            del sys.modules[name]
        sys.modules.update(before)  # type: ignore[arg-type]


@pytest.fixture
def run_apart(folder: Path, plugin: tuple[str, ...]) -> Callable[..., Ran]:
    """Run ``pytest ARGUMENTS`` there, in a process of its own."""
    environment = {**os.environ, "COLUMNS": "160", "PYTHONPATH": str(ROOT)}
    environment.pop("PYTEST_ADDOPTS", None)

    def call(*arguments: str) -> Ran:
        command = [sys.executable, "-m", "pytest", *plugin, *ALWAYS, *arguments]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert "INTERNALERROR" not in done.stdout + done.stderr, done.stdout + done.stderr
        return Ran(done.returncode, (done.stdout + done.stderr).strip())

    return call
