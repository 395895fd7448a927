"""How often does a sound subject fail? The whole check over every reference sampler, many times with fresh seeds.

    python benchmarks/false_alarms.py --runs 200

Prints one line for each law and exits with 1 on any failure. By design a failure comes once in 1e9 runs.
"""

from __future__ import annotations

import argparse
import sys
import time

from symcheck.checking import check
from symcheck.cli.selftest import SOUND


def main() -> None:
    """Run, print, and exit with the number of laws that failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=200, help="runs for each law")
    runs, alarms, findings = parser.parse_args().runs, 0, 0
    for law in SOUND:
        start, failed = time.perf_counter(), 0
        for _ in range(runs):
            report = check(law)
            findings += report.counts["passed"]
            if not report.passed:
                failed += 1
                print(f"  seed {report.seed}: " + "; ".join(f"{f.check}: {f.message}" for f in report.failures))
        alarms += failed
        print(
            f"{law}: {failed} false alarms in {runs} runs, {(time.perf_counter() - start) / runs:.2f} s a run",
            flush=True,
        )
    print(f"{alarms} false alarms in {runs * len(SOUND)} runs, {findings:,} findings passed")
    sys.exit(1 if alarms else 0)


if __name__ == "__main__":
    main()
