"""The page: data, templates, style and scripts as one file that needs nothing else."""

from __future__ import annotations

import json
import math
import re
from importlib.resources import files
from typing import Any

import numpy as np

from symcheck.claims.status import STATUSES
from symcheck.errors import SymcheckError, counted
from symcheck.lesson.case import NEAR, TrainedNetwork
from symcheck.lesson.drawing import MARKS, drawing
from symcheck.lesson.lesson import Lesson
from symcheck.lesson.lines import WORDS
from symcheck.lesson.numbers import DIGITS, fixed, scientific
from symcheck.lesson.sections.hook import GRID, REACH, Picture
from symcheck.lesson.sections.live import beside
from symcheck.render.documents.html import fragment, inline
from symcheck.render.formulas.mathml import pieces
from symcheck.render.formulas.prose import prose
from symcheck.render.ledger import kinds_counted
from symcheck.render.proofs.facts import References, statement
from symcheck.render.proofs.instances import instances
from symcheck.version import __version__

#: Scripts in the order in which one uses another.
SCRIPTS = (
    *("numbers", "activations", "network", "alike", "partition", "quantities", "sentences"),
    *("address", "guesses", "figure", "proof", "chooser", "hook", "claims", "main"),
)
_STYLES = ("page.css", "figures.css")
#: The side of the picture of the plane.
_SIDE = 320
_IMPORT = re.compile(r"^import .*?;$\n?", re.MULTILINE | re.DOTALL)


def page(lesson: Lesson) -> str:
    """The lesson as HTML.

    Raises:
        SymcheckError: a network of this seed left the finite numbers in training.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("symcheck.lesson"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )  # fmt: skip
    refs = References(lesson.induction.theorem)
    environment.filters |= {
        "fixed": fixed,
        "scientific": scientific,
        "line": _safe(inline),
        "box": _safe(pieces),
        "prose": _safe(lambda words: inline(prose(words))),
        "boundary": boundary,
        "plane": plane,
        "sentence": lambda words: f"{words[:1].upper()}{words[1:]}",
        "level": level,
        "alike_of": alike_of,
    }
    environment.globals |= {
        "beside": beside,
        "drawing": drawing,
        "words": WORDS,
        "marks": MARKS,
        "digits": DIGITS,
        "side": _SIDE,
        "statuses": STATUSES,
        "kinds_counted": kinds_counted,
        "version": __version__,
        # Without its heading and the sentence that stands above it.
        "statement": _safe(lambda: fragment(list(statement(lesson.induction.theorem, refs))[2:])),
        # The first instance, without its heading.
        "worked": _safe(lambda: fragment(list(instances(lesson.induction.theorem, refs))[1:3])),
    }
    return environment.get_template("page.html.jinja").render(
        lesson=lesson, style=_joined(_STYLES), script=script(SCRIPTS), data=_finite(lesson)
    )


def _finite(lesson: Lesson) -> str:
    try:
        return json.dumps(page_data(lesson), allow_nan=False)
    except ValueError:
        raise SymcheckError(
            f"with the seed {lesson.seed} a network of the lesson diverges in training; choose another --seed"
        ) from None


def script(names: tuple[str, ...]) -> str:
    """Modules as one script: what they import from each other stands before them."""
    parts = []
    for name in names:
        text = _asset(f"{name}.mjs")
        parts.append(re.sub(r"^export ", "", _IMPORT.sub("", text), flags=re.MULTILINE).strip())
    return "\n".join(parts)


def page_data(lesson: Lesson) -> dict[str, Any]:
    """What scripts compute with."""
    return {
        "near": NEAR,
        "digits": DIGITS,
        "marks": MARKS,
        "cases": {case.key: case_data(case) for case in (shown.case for shown in lesson.figures)},
        "hook": {
            "updates": lesson.hook.updates,
            "pictures": [
                [{"line": boundary(p), "loss": p.loss, "right": p.right} for p in race] for race in lesson.hook.pictures
            ],
            "points": len(lesson.hook.labels),
        },
    }


def case_data(case: TrainedNetwork) -> dict[str, Any]:
    """A case as plain data."""
    return {
        "activation": case.activation,
        "weights": [w.tolist() for w, _ in case.params],
        "biases": [b.tolist() for _, b in case.params if b is not None],
        "X": case.X.tolist(),
        "Y": case.Y.tolist(),
        "factors": [[np.broadcast_to(f, a.shape).tolist() for f, a in zip(factor, pair, strict=True) if a is not None]
                    for factor, pair in zip(case.layer_factors, case.params, strict=True)],
        "rate": case.rate,
        "l1": case.l1,
        "masks": None if case.masks is None else case.masks.tolist(),
        "plain": case.masks is None and case.factors is None and not case.l1,
        "steps": case.steps,
        "layer": case.layer,
        "pair": list(case.pair),
    }  # fmt: skip


def boundary(picture: Picture) -> str:
    """The boundary as a path in the picture of the plane."""
    scale = _SIDE / (GRID - 1)
    return "".join(
        f"M{a * scale:.0f},{b * scale:.0f}L{c * scale:.0f},{d * scale:.0f}" for (a, b), (c, d) in picture.boundary
    )


def plane(value: float, upwards: bool = False) -> str:
    """A coordinate in the picture of the plane."""
    return f"{(REACH + (-value if upwards else value)) / (2 * REACH) * _SIDE:.1f}"


def level(value: float) -> str:
    """The height of a mean square in the picture of the band, 25 for a power of ten; what lies outside is cut off there."""
    return f"{125 - 25 * math.log10(max(value, 1e-300)):.1f}"


def alike_of(classes: int, units: int) -> str:
    """How many classes so many units are in."""
    return f"{counted(units, 'unit')} in {counted(classes, 'class', 'classes')}"


def _safe(function: Any) -> Any:
    """What gives HTML."""
    from markupsafe import Markup

    return lambda *given: Markup(function(*given))


def _asset(name: str) -> str:
    return files("symcheck.lesson").joinpath("assets", name).read_text(encoding="utf-8")


def _joined(names: tuple[str, ...]) -> str:
    return "\n".join(map(_asset, names))
