"""Checking a file that somebody wrote in a process of its own, which can be ended whatever the file asks for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from shutil import get_terminal_size

from symcheck.errors import SymcheckError
from symcheck.subjects.places import import_path

#: Bytes of memory that the process may take, where the system keeps such limits.
_MOST_MEMORY = 4 << 30


def run_apart(file: str, options: Sequence[str], seconds: float) -> tuple[int, str, str]:
    """Run ``symcheck prove FILE`` with these options in a process of its own.

    Returns:
        Its exit status, what it wrote and its errors.

    Raises:
        SymcheckError: it takes longer, or more memory than there is.
    """
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(import_path()),
        "PYTHONIOENCODING": "utf-8",
        "OPENBLAS_NUM_THREADS": "1",
        "COLUMNS": str(get_terminal_size().columns),
    }
    command = [sys.executable, "-P", "-c", _CODE, "prove", *options, "--seconds", "0", "--", file]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, encoding="utf-8", timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise SymcheckError(
            f"{file} is not decided after {seconds:g} seconds, the time that it is given; --seconds gives it more"
        ) from None
    if done.returncode not in (0, 1, 2):
        raise SymcheckError(f"{file} is not decided: the process that checked it ended with status {done.returncode}")
    return done.returncode, done.stdout, done.stderr


_CODE = f"""
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({_MOST_MEMORY}, {_MOST_MEMORY}))
except (ImportError, ValueError, OSError):
    pass
from symcheck.__main__ import main
main()
"""
