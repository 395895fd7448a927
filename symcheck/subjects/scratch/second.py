"""Second outputs: what other functions of an author's code give for a batch, beside what its forward gives.

A prediction may be made of the outputs: a class, a side of a threshold, a rounded number. Outputs that are none of these, and
not the same, are those of another network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

import numpy as np

from symcheck.subjects.data import SecondOutputs
from symcheck.subjects.scratch.forms import as_rows, presented, shape_in
from symcheck.subjects.scratch.names import calling_role
from symcheck.subjects.scratch.playing import Operation, Play
from symcheck.subjects.scratch.probing import SOFTMAX, applied, seen_activations
from symcheck.subjects.scratch.reading import Params, Reading, out_in, outputs_of, random_params
from symcheck.subjects.scratch.sources import returned
from symcheck.types import Array

#: Samples that are compared: enough that decisions fall on both sides.
_SAMPLES = 24
#: Networks on which decisions are compared.
NETWORKS = 6
#: Relative difference up to which outputs are the same.
_AGREE = 1e-6
#: Functions that are looked at, and ways to call each.
_MOST, _WAYS = 4, 3
#: What may stand between outputs in which a loss is computed and those which are told: both make shares of them.
_LINKS = ("sigmoid", SOFTMAX)
#: Decimals to which a prediction may be rounded.
_DECIMALS = 7


@dataclass(frozen=True)
class Compared:
    """A batch of which a second function gives outputs.

    Attributes:
        form: in which samples come. params: [(W, b), ...], W of shape (out, in). X: shape (samples, n_0).
        outputs: of the forward, shape (samples, n_L).
    """

    form: str
    params: Params
    X: Array
    outputs: Array


def of_all(found: Sequence[Sequence[SecondOutputs]]) -> tuple[SecondOutputs, ...]:
    """What functions give on several networks: other outputs, or decisions by others, where they do so on one of them."""
    every = [second for each in found for second in each]
    told = dict.fromkeys(second.told for second in every)
    of = {name: [second for second in every if second.told == name] for name in told}
    return tuple(next((s for s in each if s.relation == "other"), each[0]) for each in of.values())


def second_outputs(reading: Reading) -> tuple[SecondOutputs, ...]:
    """What the functions whose names speak of a forward give, those apart that give nothing that can be compared."""
    first = _of_one_network(reading)
    # A decision by another network may fall as that by the outputs does.
    often = any(second.relation == "decided" for second in first)
    return of_all([first, *(_of_one_network(reading) for _ in range(NETWORKS - 1 if often else 0))])


def _of_one_network(reading: Reading) -> tuple[SecondOutputs, ...]:
    rng = np.random.default_rng()
    chain, keeper = reading.chain, reading.keeper
    X = rng.standard_normal((_SAMPLES, chain.sizes[0]))
    params = random_params(chain, rng, not reading.without_biases)
    # A leaf has the shape of the batch that it was found in.
    own = reading.outputs
    at = (own.where, own.leaf.paths)
    given_outputs = outputs_of(reading, X, params)
    outputs = next((array for place, array in given_outputs if (place.where, place.leaf.paths) == at), None)
    if outputs is None:
        return ()
    outputs = np.exp(outputs) if reading.logs else outputs
    names = [name for name in keeper.source.ranked("forward") if name != reading.forward.name]
    batch = Compared(reading.form, out_in(chain, params), X, outputs)
    found = []
    for name in names[:_MOST]:
        with keeper.lent(chain.sizes) as root:
            operations = list(islice(Play(keeper, root, next(presented(X, reading.form))).operations(name), _WAYS))
        looked = [_looked(reading, operation, params, batch) for operation in operations]
        # A way to call it that gives the same is the way that is meant.
        given = [second for second in looked if second is not None]
        if given:
            found.append(next((second for second in given if second.relation != "other"), given[0]))
    return tuple(found)


def _of_outputs(reading: Reading, operation: Operation) -> bool:
    """Whether a function is made for outputs that it is handed: it can have no weights, or calls what it takes as outputs are."""
    keeper, name = reading.keeper, operation.name
    given = operation.binding.given
    if keeper.source.of_class:
        cls = keeper.source.owner if isinstance(keeper.source.owner, type) else type(keeper.source.owner)
        apart = any(isinstance(vars(base).get(name), staticmethod) for base in cls.__mro__)
    else:
        apart = not keeper.is_module and not any(role == "params" or role.startswith("name:") for _, role in given)
    with keeper.lent(reading.sizes) as root:
        own = set(returned(keeper.source.called(root, reading.forward.name)))
    return apart or any(
        role == "inputs" and (argument in own or calling_role(argument) not in ("", "inputs"))
        for argument, role in given
    )


def _looked(reading: Reading, operation: Operation, params: Params, batch: Compared) -> SecondOutputs | None:
    if _of_outputs(reading, operation):
        return None
    given = _given(reading, operation, batch.X, params)
    return compared(
        batch, operation.name, operation.told, given, lambda rows: _depends(reading, operation, batch.X, params, rows)
    )


def compared(
    batch: Compared, name: str, told: str, given: Sequence[Any] | None, depends: Callable[[Array], bool]
) -> SecondOutputs | None:
    """What a function gives beside the outputs of the forward; None where it gives nothing of the kind.

    Args:
        name: of the function. told: how it is called. given: what it returned for each call, None where it raised.
        depends: whether what it gives changes with the weights of every layer.
    """
    if given is None:
        return None
    width = batch.outputs.shape[1]
    parts = [np.asarray(part) for part in given]
    if any(part.dtype.kind not in "fiub" or not np.isfinite(part).all() for part in parts):
        return None
    shaped = all(part.shape in shape_in(batch.form, len(batch.X), width) for part in parts)
    rows = as_rows([part.astype(float) for part in parts], batch.form) if shaped else None
    if rows is not None and not _few(rows):
        return _beside(batch, name, told, rows, depends)
    flat = np.concatenate([part.ravel() for part in parts]).astype(float)
    decisions = rows if rows is not None else flat.reshape(-1, 1) if flat.size == len(batch.X) else None
    if decisions is None:
        return None
    if _decided(decisions, batch.outputs):
        return SecondOutputs(told, "decided")
    # What is no function of the outputs at all is a decision by others.
    return SecondOutputs(told, "other", decides=True) if _speaks(name) else None


def _given(reading: Reading, operation: Operation, X: Array, params: Params) -> list[Array] | None:
    """What a function returns for each call, None where that is no array or it raises."""
    keeper = reading.keeper
    if not operation.binding.gives("inputs") or any(role == "targets" for _, role in operation.binding.given):
        return None
    parts = []
    with keeper.lent(reading.chain.sizes) as root:
        try:
            root = reading.chain.write(root, params)
            for x in presented(X, reading.form):
                play = Play(keeper, root, x)
                play.place_data()
                result = play.call(operation)
                if not isinstance(result, np.ndarray | list | float | int | np.generic):
                    return None
                parts.append(np.array(result))
        except Exception:
            return None
    return parts


def _beside(
    batch: Compared, name: str, told: str, rows: Array, depends: Callable[[Array], bool]
) -> SecondOutputs | None:
    outputs = batch.outputs
    if _agree(rows, outputs):
        return SecondOutputs(told, "same")
    if _rounded(rows, outputs):
        return SecondOutputs(told, "decided")
    with np.errstate(all="ignore"):
        for link in _LINKS:
            if _agree(rows, applied(link, outputs)):
                return SecondOutputs(told, "after", link)
            if _agree(applied(link, rows), outputs):
                return SecondOutputs(told, "before", link)
    if not (_speaks(name) or depends(rows)):
        # A step of the forward, and not the whole of it.
        return None
    at = tuple(int(i) for i in np.unravel_index(int(np.argmax(np.abs(rows - outputs))), rows.shape))
    got, wanted = float(rows[at]), float(outputs[at])
    hidden, output, biased = _seen(batch, rows)
    return SecondOutputs(told, "other", output, hidden, biased, got=got, forward=wanted)


def _seen(batch: Compared, rows: Array) -> tuple[tuple[str, ...], str, bool]:
    """The activations with which a network gives these outputs, and whether it adds its biases; none where nothing does."""
    for pairs, biased in ((batch.params, True), ([(W, 0 * b) for W, b in batch.params], False)):
        seen = seen_activations(pairs, batch.X, rows)
        if seen is not None:
            return seen.hidden, seen.output, biased
    return (), "", True


def _depends(reading: Reading, operation: Operation, X: Array, params: Params, rows: Array) -> bool:
    """Whether what a function gives changes with the weights of every layer."""
    for index in range(len(params)):
        other = [(W + 0.5 * (i == index), b) for i, (W, b) in enumerate(params)]
        given = _given(reading, operation, X, other)
        if given is None or np.array_equal(as_rows([np.asarray(p, float) for p in given], reading.form), rows):
            return False
    return True


def _speaks(name: str) -> bool:
    """Whether the name says that the function gives what the network makes of its inputs."""
    return "predict" in name.lower() and not calling_role(name)


def _few(rows: Array) -> bool:
    """Whether all numbers are whole, as those of decisions."""
    return bool((rows == np.round(rows)).all())


def _decided(decisions: Array, outputs: Array) -> bool:
    """Whether decisions follow from the outputs: by the largest of a sample, by a threshold, or by rounding."""
    if decisions.shape == outputs.shape and (_rounded(decisions, outputs) or _by_threshold(decisions, outputs)):
        return True
    largest = outputs.argmax(axis=1)
    if decisions.shape == outputs.shape:
        return np.array_equal(decisions.argmax(axis=1), largest)
    pairs = set(zip(largest.tolist(), decisions.ravel().tolist(), strict=True))
    return len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs})


def _by_threshold(decisions: Array, outputs: Array) -> bool:
    values = np.unique(decisions)
    groups = [outputs[decisions == value] for value in values]
    return all(low.max() <= high.min() for low, high in pairwise(groups))


def _rounded(rows: Array, outputs: Array) -> bool:
    return any(_agree(rows, np.round(outputs, decimals)) for decimals in range(_DECIMALS))


def _agree(one: Array, other: Array) -> bool:
    size = np.maximum(np.abs(other).max(axis=1, initial=0.0), 1e-3)
    return one.shape == other.shape and bool((np.abs(one - other).max(axis=1) <= _AGREE * size).all())


def told_apart(found: Sequence[SecondOutputs]) -> list[str]:
    """Functions that give what the forward gives, or decide by it, each with what it does."""
    words = {"same": "the outputs of the forward", "decided": "a decision by the outputs of the forward"}
    return [f"{second.told} gives {words[second.relation]}" for second in found if second.relation in words]
