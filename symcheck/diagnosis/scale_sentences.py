"""Causes of a wrong scale as sentences, with what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from symcheck.diagnosis.scale_causes import (
    Constant,
    Disturbed,
    Exponents,
    Factor,
    FixedScale,
    LooksLike,
    NoRule,
    OtherLaw,
    ScaleCause,
    SomeShapes,
    Swapped,
)
from symcheck.diagnosis.slips import Slip, Target
from symcheck.distribution.formula_words import fan_words, form_words, formula_words
from symcheck.distribution.formulas import FORMS
from symcheck.errors import percent
from symcheck.fans import Layer

#: Shapes named one by one in a sentence.
NAMED = 3

_FACTORS = {
    "1/sqrt(2)": "1/sqrt(2): a factor 2 is missing in the variance",
    "sqrt(2)": "sqrt(2): the factor 2 is in the variance twice",
    "sqrt(3)": "sqrt(3): the bound of a uniform law was used as a standard deviation",
    "1/sqrt(3)": "1/sqrt(3): a uniform bound was set to the standard deviation; it needs sqrt(3) times it",
    "sqrt(5)": "sqrt(5): the a = sqrt(5) of torch's layers was used as a gain",
    "1/sqrt(5)": "1/sqrt(5): divided by the a = sqrt(5) of torch's layers",
    "1/2": "1/2: half of it",
    "2": "2: twice it",
    "0.8796": "0.8796: truncation without correction",
    "1/0.8796": "1/0.8796: corrected for a truncation that does not take place",
}

NOT_CORRECTED = (
    "The draws are cut off at two standard deviations and the lost variance is not made good: divide the "
    "standard deviation by 0.87962566 before truncating."
)


def scale_sentence(cause: ScaleCause) -> str:
    """A cause in words."""
    say: dict[type, Callable[[Any], str]] = {
        Constant: _constant,
        Swapped: lambda _: (
            "The law fits when fan_in and fan_out are swapped: the array is read as (in, out) where it is (out, in), "
            "or the other way round. Swap them, or pass --layout if the layout was taken wrongly."
        ),
        Disturbed: lambda c: f"{c.what} That alone moves the standard deviation.",
        OtherLaw: _other_law,
        Slip: slip_sentence,
        FixedScale: _fixed,
        Factor: _factor,
        SomeShapes: _some_shapes,
        LooksLike: lambda c: f"The draws look like this: {c.sentence}.",
        Exponents: lambda c: (
            f"The standard deviation moves as fan_in^{c.of_fan_in:.2f} fan_out^{c.of_fan_out:.2f}, which is no law of "
            "the catalogue."
        ),
        NoRule: lambda c: (
            f"The scale follows no rule of the fans: {c.low[1]:.3g} times the law's at {c.low[0]}, "
            f"{c.high[1]:.3g} times at {c.high[0]}."
        ),
    }
    return say[type(cause)](cause)


def _constant(cause: Constant) -> str:
    if cause.value is None:
        return "Every entry of an array is the same number."
    if cause.value == 0:
        return "Every entry is 0: the scale may have come out as 0 (integer division, a wrong argument)."
    return f"Every entry is {cause.value:g}: it is filled with a constant, and nothing is drawn."


def _other_law(cause: OtherLaw) -> str:
    cut = ", cut off at two standard deviations without the correction (0.774 of the variance)" if cause.cut else ""
    if cause.missing and not cut:
        target = Target(cause.law, "normal")
        relu = " for relu" if cause.law.name.startswith("he") else ""
        return f"This is {cause.rule.words}: the 2{relu} is missing. Write {target.right.text}."
    if cause.rule.mistake:
        write = f" Write {Target(cause.law, 'normal').right.text}." if cause.law.scale is not None and not cut else ""
        return f"This looks like {cause.rule.words}{cut}.{write}"
    return f"This is {cause.rule.words}{cut}, not {cause.law.name}."


def slip_sentence(slip: Slip) -> str:
    """What stands there, what is wrong with it, and what to write."""
    written, right = slip.written, slip.right
    if slip.edits == ("not_corrected",):
        return NOT_CORRECTED
    reasons = " and ".join(_edit(slip, edit) for edit in slip.edits)
    if written.use == "width":
        return f"This looks like (rand - 0.5) * {_factor_text(written.text)}: {reasons}. {_remedy_of_width(slip)}"
    return f"This looks like {formula_words(written)}: {reasons}. Write {right.text}."


def _factor_text(text: str) -> str:
    return text if text.startswith("sqrt(") and text.endswith(")") else f"({text})"


def _remedy_of_width(slip: Slip) -> str:
    if slip.law.family == "normal":
        return f"Draw randn * {_factor_text(Target(slip.law, 'normal').right.text)}."
    return f"Draw from [-b, b) with b = {slip.right.text}."


def _edit(slip: Slip, edit: str) -> str:
    written, right = slip.written, slip.right
    if edit in FORMS:
        return form_words(written)
    if edit == "fan":
        return fan_words(written.fan, right.fan)
    return {
        "std_as_bound": "the standard deviation was set as the bound of a uniform law, which needs sqrt(3) times it",
        "std_as_width": "rand - 0.5 has the standard deviation 1/sqrt(12)",
        "bound_as_width": "rand - 0.5 reaches only 1/2 on each side, so that half of the bound is lost",
        "bound_as_std": "the bound of the uniform law was used as the standard deviation of a normal one",
        "not_corrected": "the variance that is cut off is not made good",
        "corrected": "the variance that is cut off is made good, which the law does not ask for",
        "number": f"there is a {written.number:g} where the law has {right.number:g}",
        "gain": f"the gain {right.gain:g} is missing",
    }[edit]


def _fixed(cause: FixedScale) -> str:
    target = Target(cause.law, "normal")
    if cause.family == "uniform" and -1e-3 < cause.low < 1e-3 and 0.99 < cause.high <= 1:
        return (
            "These are uniform draws from [0, 1) whatever the shape, as rand gives them: centre them, and set their "
            f"standard deviation, 0.2887, to the law's, {target.right.text}."
        )
    if cause.family == "uniform":
        drawn = f"are uniform from {cause.low:.3g} to {cause.high:.3g} whatever the shape"
        return f"The draws {drawn}: the law's standard deviation is {target.right.text}."
    factor = f"{cause.std:.3g}"
    scaled = f", as in randn * {factor}" if cause.family == "normal" else ""
    return (
        f"The draws have a fixed standard deviation of {factor} whatever the shape{scaled}: the law's is "
        f"{target.right.text}."
    )


def _factor(cause: Factor) -> str:
    if cause.slight:
        return f"The scale is off by {percent(abs(cause.ratio - 1))} in every shape (factor {cause.ratio:.4g})."
    if cause.squared:
        square = "the square of the law's: a variance stands where a standard deviation is asked for"
        root = "the square root of the law's: the standard deviation was taken as a variance"
        return f"The standard deviation is {square if cause.squared > 0 else root}."
    known = f" ({_FACTORS[cause.name]})" if cause.name else ""
    return f"The scale is off by the factor {cause.ratio:.3g} in every shape{known}."


def named(texts: Sequence[str]) -> str:
    """The first few of many, and how many more."""
    more = f" and {len(texts) - NAMED} more" if len(texts) > NAMED else ""
    return ", ".join(texts[:NAMED]) + more


def _some_shapes(cause: SomeShapes) -> str:
    def shown(layer: Layer, ratio: float) -> str:
        return f"{layer} (factor {ratio:.3g})"

    one = cause.others == 1
    rest = "The other one follows" if one else f"The other {cause.others} follow"
    like = ""
    if cause.rule is not None:
        it = "It has" if len(cause.off) == 1 else "They have"
        like = f" {it} the standard deviation of {cause.rule.words}."
    return (
        f"Only some shapes are off: {named([shown(*row) for row in cause.off])}.{like} {rest} the law, so look for a "
        "case that treats these differently."
    )
