"""A property explained: what it says, which claims it stands for, and the step of the proof behind it."""

from __future__ import annotations

import inspect

from symcheck.errors import SymcheckError, did_you_mean
from symcheck.suite.claim import claim_of
from symcheck.suite.findings import IMPLEMENTATION
from symcheck.suite.lemmas import violated
from symcheck.suite.properties import properties

#: Needs that are no method or attribute of one name.
_NEEDED = {
    "gradients": "gradients (or a train_step to read them off)",
    "steps": "gradients with update, or train_step",
    "loss": "loss (declared, or measured)",
    "sgd": "plain gradient descent",
    "float64": "float64 arithmetic",
}


def explain_property(name: str) -> str:
    """What is known of a property, in paragraphs.

    Raises:
        SymcheckError: no such property.
    """
    bare = name.removeprefix(f"{IMPLEMENTATION}.").partition("[")[0]
    named = {f.__name__.removeprefix("test_"): f for f in properties()}
    if bare not in named:
        near = did_you_mean(f"{IMPLEMENTATION}.{bare}", [f"{IMPLEMENTATION}.{n}" for n in named])
        raise SymcheckError(f"no property is named {name!r}{near or '; symcheck explain lists them'}")
    claim = claim_of(named[bare])
    assert claim is not None
    paragraphs = [
        f"{IMPLEMENTATION}.{bare}",
        inspect.getdoc(named[bare]) or "",
        f"What cannot be followed if it fails: {violated(claim.theorem)}.",
    ]
    if claim.ids:
        paragraphs.append(f"It stands for {', '.join(claim.ids)}; see symcheck claims {claim.ids[0]}.")
    if claim.needs:
        paragraphs.append(f"It needs {', '.join(_NEEDED.get(need, need) for need in claim.needs)}.")
    return "\n\n".join(paragraphs)
