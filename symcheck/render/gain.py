"""The gain of an activation, on a terminal."""

from __future__ import annotations

from math import log10

from rich.console import Console
from rich.text import Text

from symcheck.propagation.gains import Gain, SecondMoment
from symcheck.render.columns import columns
from symcheck.texts import LONGEST_NAME, plain


def show_gain(found: Gain, console: Console) -> None:
    """Print both gains with what they rest on, and what libraries say, with how far off it is."""
    called = f"   called as {found.called_as}" if found.called_as else ""
    console.print(Text(f"{plain(found.activation, LONGEST_NAME)}   gain {_digits(found.second_moment)}{called}"))
    table = columns(3, 1, wrapped=True)
    for name, text in [*_rows(found), *_tables(found)]:
        table.add_row(Text(f"  {name}"), Text(text))
    console.print(table)


def _rows(found: Gain) -> list[tuple[str, str]]:
    rows = [("forward", f"g^2 E[sigma(z)^2] = 1 for z ~ N(0, 1): E[sigma(z)^2] = {_moment(found.second_moment)}")]
    if found.slope is None:
        rows.append(("backward", f"none: {_no_slope(found)}"))
    else:
        rows.append(("backward", f"gain {_digits(found.slope)}: E[sigma'(z)^2] = {_moment(found.slope)}"))
        factor = found.backward_factor or 0.0
        if not found.keeps_both:
            verb = "grow" if factor > 1 else "shrink"
            text = f"at unit variance no gain keeps both: with the forward one gradients {verb} to {factor:.4g} of their second moment a layer"
            rows.append(("", text))
    if found.kinks:
        rows.append(("kinks", f"at {_places(found.kinks)}; the interval is split there"))
    return rows


def _no_slope(found: Gain) -> str:
    if found.jumps:
        return f"the function jumps at {_places(found.jumps)}, so its slope has no second moment"
    if found.constant:
        return "the function is constant, and no gradient passes"
    if found.second_moment.quadrature.error > 1e-5 * found.second_moment.value:
        return "values of so few digits are stairs, whose slope has no second moment; call it in double precision"
    return (
        "no rule settles on E[sigma'(z)^2], as where the slope grows without bound, or where values are so large that rounding "
        "hides how they change"
    )


def _tables(found: Gain) -> list[tuple[str, str]]:
    rows = []
    for entry in found.tables:
        off = entry.gain / found.gain - 1
        error = (
            "right"
            if abs(off) < 1e-9
            else f"{off:+.2%}: the second moment is multiplied by {(1 + off) ** 2:.4g} a layer"
        )
        rows.append(("library", f"{entry.call} = {entry.gain:.6g}: {error}{f' ({entry.note})' if entry.note else ''}"))
    return rows


def _moment(moment: SecondMoment) -> str:
    quadrature = f"{moment.quadrature.value:.13g} by quadrature, error below {moment.quadrature.error:.0e}"
    if moment.closed is None:
        return f"{quadrature}; no closed form is known here"
    value = f"{moment.closed.value:.13g}"
    formula = "" if moment.closed.formula == value else f"{moment.closed.formula} = "
    return f"{formula}{value}; {quadrature}"


def _digits(moment: SecondMoment) -> str:
    """As many digits as the error leaves, twelve behind the point at most."""
    behind = 12 if moment.gain_error <= 0 else max(0, min(12, int(-log10(moment.gain_error))))
    return f"{moment.gain:.{behind}f}"


def _places(places: tuple[float, ...]) -> str:
    shown = ", ".join(f"{p:g}" for p in places[:6])
    return shown + (f" and {len(places) - 6} more" if len(places) > 6 else "")
