"""Claims C1, C14 and C18 for the subject's own start: no units are tied, and weights follow their law if they have one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.checks.samples import left_by
from symcheck.checks.structure import structure_missed
from symcheck.diagnosis.implementations import spread_mistake, start_mistake
from symcheck.distribution.formats import format_named
from symcheck.distribution.goodness import family_test, scale_test
from symcheck.distribution.moments import spread
from symcheck.distribution.rounding import unrounded
from symcheck.fans import Layer
from symcheck.laws.names import parse_law
from symcheck.subjects.implementation import Implementation
from symcheck.suite.claim import claim
from symcheck.suite.experiments import frame_of, network_of
from symcheck.suite.failure import PropertyFailure
from symcheck.suite.run import Run
from symcheck.symmetry import certify

#: Wide enough that random weights leave no ReLU dead by chance.
SIZES = [32, 64, 64, 4]
#: Wide enough to name the factor by which a spread is off to two decimals; no ratio of sides is 1 or 2.
SHAPE = [640, 1000, 768, 4]


@claim("C1", "C2", "C14", theorem="equitable-partitions", needs=("initialize",))
@given(seed=st.integers(0, 2**32 - 1))
def test_the_start_breaks_symmetry(implementation: Implementation, seed: int) -> None:
    """The certificate of the initial weights: no unit is tied to another, and no layer is dead."""
    sizes = frame_of(implementation).nearest(SIZES)
    params = implementation.initialize(sizes, seed)
    # Narrow ReLUs may be dead by the signs of their weights, which is a matter of chance.
    activation = (implementation.offer.activation or "any") if sizes == SIZES else "any"
    certificate = certify(network_of(implementation, params, activation))
    if certificate.verdict in ("tied", "dead"):
        told = [f"layer {l.layer}: {l.sentence}" for l in certificate.layers if l.classes < l.units or l.frozen.any()]
        raise PropertyFailure(
            f"initialize({sizes}, numpy.random.default_rng({seed})) gives a network that is {certificate.verdict}: {'; '.join(told)}",
            mistake=start_mistake([w for w, _ in params]),
        )


@claim("C14", theorem="equitable-partitions", needs=("initialize",))
@given(seed=st.integers(0, 2**32 - 1))
def test_no_two_units_start_alike(implementation: Implementation, seed: int) -> None:
    """In a hidden layer that is neither constant nor zero no two rows that are not zero agree, up to sign."""
    sizes = frame_of(implementation).nearest(SIZES)
    params = implementation.initialize(sizes, seed)
    for layer, (W, _) in enumerate(params[:-1], 1):
        if np.ptp(W) == 0:
            continue
        live = W[(W != 0).any(axis=1)]
        signs = np.sign(live[np.arange(len(live)), (live != 0).argmax(axis=1)])[:, None]
        if len(np.unique(live * signs, axis=0)) < len(live):
            raise PropertyFailure(
                f"initialize({sizes}, numpy.random.default_rng({seed})) gives layer {layer} two equal rows",
                mistake="rows of W are copies of one another: one draw is used for several units",
            )


@claim(theorem="descent", needs=("initialize",))
@given(seed=st.integers(0, 2**32 - 1))
def test_the_start_can_be_moved(implementation: Implementation, seed: int) -> None:
    """No weight or bias is so large that the precision it is kept in loses an update of size 1."""
    sizes = frame_of(implementation).nearest(SIZES)
    for layer, pair in enumerate(implementation.initialize(sizes, seed), 1):
        for name, part in zip("Wb", pair, strict=True):
            largest, bound = np.abs(part).max(), 2 / np.finfo(part.dtype).eps
            if largest >= bound:
                raise PropertyFailure(
                    f"initialize({sizes}, numpy.random.default_rng({seed})) gives {name} of layer {layer} an entry of size "
                    f"{largest:.3g}, but should be below {bound:.3g}: {part.dtype} rounds away what an update adds to it",
                    mistake="a scale that is multiplied where it should divide, or an exponent of the wrong sign",
                )


def _untested(law: str, reason: str) -> PropertyFailure:
    failure = PropertyFailure(f"{law} was asked for and not tested: {reason}")
    failure.misbehaved = True
    return failure


@claim("C18", theorem="he-gain", statistical=4)
def test_initial_weights_follow_their_law(implementation: Implementation, symcheck_run: Run) -> None:
    """Scale and family of the hidden layers' weights, or their structure, when --symcheck-law or an attribute ``law`` says
    which; a law that was asked for and cannot be tested is an error."""
    name = symcheck_run.law or implementation.offer.law
    if name is None:
        pytest.skip("no law was given: --symcheck-law LAW, or an attribute law, holds initialize to one")
    law = parse_law(name)
    if lacking := implementation.lacks(("initialize",)):
        if symcheck_run.law is None:
            pytest.skip(lacking)
        raise _untested(law.name, lacking)
    params = implementation.initialize(frame_of(implementation).nearest(SHAPE), symcheck_run.seed_of("law"))
    for layer, (W, _) in enumerate(params[:-1], 1):
        shape, form = Layer(*W.shape), format_named(W.dtype.name)
        if not law.independent and (missed := structure_missed(law, shape, W, form)):
            raise PropertyFailure(f"W of layer {layer} ({shape}) is not {law.name}: {missed.sentence}")
        if law.entries is None and law.scale is None:
            continue
        drawn = W if law.independent else left_by(law, shape, W)
        entry = law.entry(shape.fans)
        rng = np.random.default_rng(symcheck_run.seed_of("rounding"))
        ideal = unrounded(drawn, entry, form, rng)
        for test in (scale_test(ideal.array, ideal.entry), family_test(ideal.array, ideal.entry, ideal.grain)):
            if test.p_value < symcheck_run.share:
                std = spread(drawn)
                raise PropertyFailure(
                    f"W of layer {layer} ({W.shape[1]} -> {W.shape[0]}) has std {std:.4g}, but {law.name} has {entry.std:.4g} "
                    f"(ratio {std / entry.std:.3g}, p = {test.p_value:.2g}, allowed {symcheck_run.share:.2g})",
                    mistake=spread_mistake(std / entry.std, W.shape),
                )
