"""How pictures look: few inks, each with one meaning, told apart without colour too."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from symcheck.errors import SymcheckError
from symcheck.texts import LONGEST_NAME
from symcheck.texts import plain as in_one_line

#: Okabe and Ito's palette, which colour-blind readers tell apart; markers go with the colours.
INKS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999", "#F0E442", "#882255")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "*")
MEASURED, PROMISED, BAND, QUIET = INKS[0], INKS[1], "#D9D9D9", "#666666"
#: Formats by the ending of the file.
FORMATS = ("png", "svg")


def figure(width: float, height: float) -> Any:
    """An empty figure, in inches.

    Raises:
        SymcheckError: matplotlib is not installed.
    """
    if find_spec("matplotlib") is None:
        raise SymcheckError("plots need matplotlib: pip install matplotlib")
    # No pyplot: nothing is kept between figures, and no window system is asked for.
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def plain(axes: Any, title: str, x: str, y: str) -> None:
    """Give axes a title and labels, and take away what is no data."""
    axes.set_title(title, loc="left", fontsize=10)
    axes.set_xlabel(x, fontsize=9)
    axes.set_ylabel(y, fontsize=9)
    axes.tick_params(labelsize=8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def literal(text: str, most: int = LONGEST_NAME) -> str:
    """A name from elsewhere as it is written: a dollar sign does not begin a formula, and what is too long says so."""
    return in_one_line(text, most).replace("$", r"\$")


def format_of(target: str) -> str:
    """The format that the name of a file asks for.

    Raises:
        SymcheckError: it is none of those there are.
    """
    ending = Path(target).suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise SymcheckError(f"cannot draw {target}: a plot is a .png or a .svg file")
    return ending


def save(drawn: Any, target: str) -> None:
    """Write a figure.

    Raises:
        SymcheckError: it cannot be written, or its name asks for another format.
    """
    ending = format_of(target)
    try:
        # Without the date the same picture is the same file.
        drawn.savefig(target, format=ending, dpi=150, metadata={"Date": None} if ending == "svg" else None)
    except OSError as error:
        raise SymcheckError(f"cannot write {target}: {error.strerror or error}") from error
