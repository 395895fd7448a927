"""symcheck: proves, decides and tests what is claimed of neural-network weight initialization.

Public names are resolved when they are first used, so that ``import symcheck`` stays light.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from symcheck.version import __version__

_PUBLIC = {
    "Network": "symcheck.network",
    "Law": "symcheck.laws.law",
    "parse_law": "symcheck.laws.names",
    "Finding": "symcheck.report",
    "Report": "symcheck.report",
    "SymcheckError": "symcheck.errors",
    "check": "symcheck.checking",
    "compare": "symcheck.comparing",
    "identify": "symcheck.identifying",
    "Identification": "symcheck.diagnosis.identification_report",
    "certify": "symcheck.certifying",
    "Certificate": "symcheck.symmetry",
    "verify": "symcheck.certifying",
    "reach": "symcheck.reaching",
    "Reach": "symcheck.reachability.result",
    "signal": "symcheck.propagating",
    "Signal": "symcheck.propagation.signal",
    "gain": "symcheck.propagating",
    "race": "symcheck.racing",
    "Race": "symcheck.races.result",
    "Gain": "symcheck.propagation.gains",
    "assert_breaks_symmetry": "symcheck.asserts",
    "assert_trainable": "symcheck.asserts",
    "assert_signal_survives": "symcheck.asserts",
    "parametrize_with_checks": "symcheck.pytest.decorator",
    "plot": "symcheck.plotting",
    "prove": "symcheck.proof",
}

__all__ = ["__version__", *_PUBLIC]  # noqa: PLE0604

if TYPE_CHECKING:
    from symcheck.asserts import assert_breaks_symmetry as assert_breaks_symmetry
    from symcheck.asserts import assert_signal_survives as assert_signal_survives
    from symcheck.asserts import assert_trainable as assert_trainable
    from symcheck.certifying import certify as certify
    from symcheck.certifying import verify as verify
    from symcheck.checking import check as check
    from symcheck.comparing import compare as compare
    from symcheck.diagnosis.identification_report import Identification as Identification
    from symcheck.errors import SymcheckError as SymcheckError
    from symcheck.identifying import identify as identify
    from symcheck.laws.law import Law as Law
    from symcheck.laws.names import parse_law as parse_law
    from symcheck.network import Network as Network
    from symcheck.plotting import plot as plot
    from symcheck.proof import prove as prove
    from symcheck.propagating import gain as gain
    from symcheck.propagating import signal as signal
    from symcheck.propagation.gains import Gain as Gain
    from symcheck.propagation.signal import Signal as Signal
    from symcheck.pytest.decorator import parametrize_with_checks as parametrize_with_checks
    from symcheck.races.result import Race as Race
    from symcheck.racing import race as race
    from symcheck.reachability.result import Reach as Reach
    from symcheck.reaching import reach as reach
    from symcheck.report import Finding as Finding
    from symcheck.report import Report as Report
    from symcheck.symmetry import Certificate as Certificate


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'symcheck' has no attribute {name!r}")
    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
