"""Where modules are looked for: here, and in a process that must not import what lies in the working directory."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def working_directory() -> str:
    """The working directory; "" where it has been deleted."""
    try:
        return os.getcwd()
    except OSError:
        return ""


def import_path() -> list[str]:
    """The path for a process of its own.

    A file random.py in the working directory must not take the place of the standard module, so that directory is left
    out, unless this package itself lies there.
    """
    home, here = str(Path(__file__).resolve().parents[2]), working_directory()
    return [p for p in sys.path if p and (p == home or not here or os.path.realpath(p) != os.path.realpath(here))]
