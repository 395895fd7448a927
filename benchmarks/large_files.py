"""A file of weights that stays in its file: time and memory of a check beside a plain read with numpy's statistics.

    python benchmarks/large_files.py [WIDTH] [FOLDER]

Saves three float32 matrices of WIDTH x WIDTH (16384: 3.2 GB) in FOLDER, and removes them. Each command runs in a process of
its own after the file was read once, so that neither waits for the disk.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SAVE = """
import sys
import numpy as np
from safetensors.numpy import save_file
path, width = sys.argv[1], int(sys.argv[2])
rng = np.random.default_rng()
scale = np.float32(np.sqrt(2 / width))
save_file({f"W{i}": rng.standard_normal((width, width), np.float32) * scale for i in range(3)}, path)
"""
PLAIN = """
import sys
import numpy as np
from safetensors import safe_open
with safe_open(sys.argv[1], "numpy") as file:
    for name in file.keys():
        w = file.get_tensor(name)
        print(name, w.mean(), w.std(), w.min(), w.max(), np.isfinite(w).all())
"""


def run(command: list[str]) -> tuple[float, float]:
    """Seconds, and gigabytes of memory at most."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{command} failed")
    return time.monotonic() - start, used.ru_maxrss / 1e6


def main(width: int, folder: str) -> None:
    path = Path(folder) / "weights.safetensors"
    # In a process of its own: what a child is said to have used begins with what its parent held.
    run([sys.executable, "-c", SAVE, str(path), str(width)])
    plain = [sys.executable, "-c", PLAIN, str(path)]
    run(plain)
    seconds, memory = run(plain)
    print(
        f"plain read with statistics   {seconds:6.1f} s   {memory:.2f} GB   (file: {path.stat().st_size / 1e9:.1f} GB)"
    )
    check = [sys.executable, "-m", "symcheck", "check", str(path)]
    for options in (
        [],
        ["--workers", "2"],
        ["--law", "W*=he_normal"],
        ["--law", "W*=normal(sqrt(2/fan_in))", "--workers", "2"],
    ):
        taken, used = run([*check, *options])
        print(
            f"check {' '.join(options):34} {taken:6.1f} s   {used:.2f} GB   {taken / seconds:.2f} times the plain read"
        )


if __name__ == "__main__":
    width = int(sys.argv[1]) if len(sys.argv) > 1 else 16384
    if len(sys.argv) > 2:
        main(width, sys.argv[2])
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(width, folder)
