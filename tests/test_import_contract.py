"""The layers of the package: imports flow one way, between folders and inside each, and a step back is seen."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def linted(root: Path) -> "subprocess.CompletedProcess[str]":
    pytest.importorskip("importlinter", reason="import-linter is not installed")
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    return subprocess.run([*command, "--no-cache"], cwd=root, capture_output=True, text=True, check=False)


def test_imports_flow_one_way() -> None:
    done = linted(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 kept, 0 broken" in done.stdout


@pytest.mark.parametrize(
    ("module", "imported", "contract"),
    [
        ("fans.py", "symcheck.report", "Imports flow one way; siblings do not import each other"),
        ("network.py", "torch", "Frameworks are imported by their adapters only"),
        ("symmetry/sentences.py", "symcheck.symmetry.certificate", "No circles inside a folder"),
        ("proof/kernel/terms.py", "symcheck.proof.kernel.check", "No circles inside a folder"),
        ("proof/theorem.py", "symcheck.proof.settings", "Theorems rest on settings, and settings on the kernel"),
    ],
)
def test_a_step_back_is_seen(tmp_path: Path, module: str, imported: str, contract: str) -> None:
    shutil.copytree(ROOT / "symcheck", tmp_path / "symcheck", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    changed = tmp_path / "symcheck" / module
    # Inside a function too: what is imported late is imported all the same.
    changed.write_text(f"{changed.read_text()}\n\ndef _late() -> None:\n    import {imported}\n")
    done = linted(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{contract} BROKEN" in done.stdout
    assert "4 kept, 1 broken" in done.stdout
