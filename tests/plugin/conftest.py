"""Runs pytest in an empty folder, in a process of its own, with the plugin."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

MLPS = Path(__file__).with_name("mlps.py")
ROOT = Path(__file__).resolve().parents[2]


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
def run(folder: Path, pytestconfig: pytest.Config) -> Callable[..., Ran]:
    """Run ``pytest ARGUMENTS`` there."""
    plugin = [] if pytestconfig.pluginmanager.hasplugin("symcheck") else ["-p", "symcheck.pytest.plugin"]
    environment = {**os.environ, "COLUMNS": "160", "PYTHONPATH": str(ROOT)}
    environment.pop("PYTEST_ADDOPTS", None)

    def call(*arguments: str) -> Ran:
        command = [sys.executable, "-m", "pytest", *plugin, "--symcheck-profile", "fast", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*command, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert "INTERNALERROR" not in done.stdout + done.stderr, done.stdout + done.stderr
        return Ran(done.returncode, (done.stdout + done.stderr).strip())

    return call
