"""The space that training can reach: exactly for a multilayer perceptron, observed for any differentiable model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.random import Generator

from symcheck.errors import SymcheckError
from symcheck.exact.interpretation import exact_field
from symcheck.exact.mlp_refinement import ReachableNetwork, reachable
from symcheck.network import Network
from symcheck.reachability.elsewhere import from_elsewhere
from symcheck.reachability.experiments import Experiments, by_name
from symcheck.reachability.explain import why_everywhere, why_frozen_from_here, why_tied_from_here
from symcheck.reachability.model import Differentiable
from symcheck.reachability.reasons import OF_ARCHITECTURE, OF_INPUTS, ZEROS, Effect, Kind, Reason
from symcheck.reachability.result import Reach
from symcheck.reachability.space import observe
from symcheck.types import Array, Flags

#: New starts that are tried for reasons: of a model of up to so many scalars, and of a larger one.
_SMALL, _EXPERIMENTS, _FEW = 1_000_000, 32, 6
#: Quiet rounds with dropout on, which is only told beside the rest.
_DROPPED = 8


def observed_reach(
    model: Differentiable,
    rng: Generator,
    *,
    centred: bool = False,
    progress: Callable[[int, int], None] | None = None,
    proved: Callable[[], Mapping[str, Flags]] = dict,
) -> Reach:
    """From gradients of the model, what of it the architecture alone ties or freezes, and why.

    Args:
        proved: asked where it matters: by parameter, entries that are proved never to move.

    Raises:
        SymcheckError, NoCleanGap: as `symcheck.reachability.space.observe`.
    """
    space = observe(model, rng, centred=centred, progress=progress)
    layout, whole = space.layout, space.classes.dimension == space.layout.count
    classes = by_name(layout, space.classes.labels * space.classes.signs)
    precision = "float64" if model.eps < np.finfo(np.float32).eps else "float32"
    found = Reach(classes, space.rounds, "observed", None, space.gaps, model.fed, precision, model.fixed)
    mute = space.silent
    # Of a large model it is large.
    del space
    if whole:
        return found
    labels, mute_elsewhere = from_elsewhere(model, rng, centred, progress)
    found = replace(found, elsewhere=by_name(layout, labels))
    return explained(found, model, rng, centred, by_name(layout, mute), by_name(layout, mute & mute_elsewhere), proved)


def _with_dropout(model: Differentiable, rng: Generator, centred: bool) -> Mapping[str, Array] | None:
    """Signed labels when dropout is on; None where there is none, or it cannot be judged."""
    dropping = model.with_dropout()
    if dropping is None:
        return None
    try:
        space = observe(dropping, rng, centred=centred, quiet=_DROPPED, strict=False)
    except SymcheckError:
        return None
    return by_name(space.layout, space.classes.labels * space.classes.signs)


def explained(
    found: Reach,
    model: Differentiable,
    rng: Generator,
    centred: bool,
    mute: Mapping[str, Flags] | None = None,
    silent: Mapping[str, Flags] | None = None,
    proved: Callable[[], Mapping[str, Flags]] = dict,
) -> Reach:
    """The same with reasons.

    Args:
        mute: the entries whose gradients were exactly zero each time from here; by default none.
        silent: those of which they were so from elsewhere too; by default none.
        proved: as `observed_reach`.
    """
    if found.elsewhere is None:
        return found
    experiments = Experiments(model, rng, centred, _EXPERIMENTS if found.parameters <= _SMALL else _FEW)
    nowhere = {name: np.zeros(labels.shape, bool) for name, labels in found.classes.items()}
    mute, silent = mute or nowhere, silent or nowhere
    reasons = [
        *why_everywhere(experiments, found.elsewhere, silent, found.together),
        *why_frozen_from_here(experiments, found.classes, found.elsewhere),
        *why_tied_from_here(experiments, found.groups, found.together),
    ]
    unvisited = {
        name: silent[name] & (found.elsewhere[name] == 0)
        for reason in reasons
        if reason.kind in OF_INPUTS
        for name in reason.parameters
    }
    dropping = _with_dropout(model, rng, centred)
    observed = found.grade == "observed"
    undecided = _undecided(found, found.elsewhere, reasons, mute, proved) if observed else {}
    return replace(found, reasons=tuple(reasons), unvisited=unvisited, undecided_entries=undecided, dropping=dropping)


def _undecided(
    found: Reach,
    elsewhere: Mapping[str, Array],
    reasons: Sequence[Reason],
    mute: Mapping[str, Flags],
    proved: Callable[[], Mapping[str, Flags]],
) -> dict[str, Flags]:
    """To what no gradient came, and of which nothing shows that none ever does.

    A product of zeros has no gradient for any input; of a ReLU that no input tried opens, one that was not tried may. What no
    gradient came to from anywhere may be behind a unit that is saturated on all that was tried.
    """
    explained = {name for r in reasons if r.kind in OF_ARCHITECTURE for name in r.parameters}
    shown = {name for r in reasons if r.kind in ZEROS and r.effect is Effect.FROZEN for name in r.parameters}
    signs = {name for r in reasons if r.kind is Kind.SIGN for name in r.parameters}
    masks = {
        name: (labels == 0)
        & np.where(elsewhere[name] != 0, mute[name] | (name in signs), mute[name] & (name not in explained))
        for name, labels in found.classes.items()
        if name not in shown
    }
    masks = {name: mask for name, mask in masks.items() if mask.any()}
    known = proved() if masks else {}
    masks = {name: mask & ~known[name] if name in known else mask for name, mask in masks.items()}
    return {name: mask for name, mask in masks.items() if mask.any()}


def exact_reach(network: Network, rng: Generator, names: Sequence[tuple[str, str | None]] | None = None) -> Reach:
    """Over a prime field with random functions, for every activation of the classes of the network's.

    Args:
        names: of the weight and the bias of each layer; by default ``weights[i]`` and ``biases[i]``.

    Raises:
        NotExact: a weight or bias is NaN or infinite.
    """
    field = exact_field(network, rng)
    called = names or [(f"weights[{i}]", f"biases[{i}]") for i in range(network.depth)]
    found = reachable(network, rng, field=field)
    classes = _named(found, called)
    elsewhere = None
    if found.dimension < found.parameters:
        elsewhere = _named(reachable(_redrawn(network, rng), rng), called)
    return Reach(classes, found.rounds, "exact", elsewhere, fed="random elements of a prime field")


def _named(found: ReachableNetwork, names: Sequence[tuple[str, str | None]]) -> dict[str, Array]:
    classes: dict[str, Array] = {}
    for (weight, bias), w, b in zip(names, found.weights, found.biases, strict=True):
        classes[weight] = w
        if b is not None and bias is not None:
            classes[bias] = b
    return classes


def _redrawn(network: Network, rng: Generator) -> Network:
    weights = [rng.standard_normal(w.shape) for w in network.weights]
    for w in weights:
        # Else a ReLU without biases whose inputs are never negative may be drawn dead by sign.
        w[:, 0] = np.abs(w[:, 0])
    biases = [None if b is None else rng.standard_normal(b.shape) for b in network.biases]
    return Network(weights, biases, network.activations, network.head, network.inputs)
