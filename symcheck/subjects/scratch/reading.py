"""Reading: one way in which an author's code is a network, found by trying what its names suggest."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from symcheck.subjects.scratch.chains import Chain, chains
from symcheck.subjects.scratch.forms import BATCHES, as_rows, presented, shape_in
from symcheck.subjects.scratch.keeping import Keeper
from symcheck.subjects.scratch.playing import RESULT, Operation, Place, Play, found_places, snapshot
from symcheck.subjects.scratch.probing import SOFTMAX, Seen, seen_activations
from symcheck.types import Array

#: Widths that are tried, by the number of hidden layers: all different, so that a shape tells a layer.
PROBES = {0: (5, 3), 1: (5, 8, 3), 2: (5, 8, 11, 3), 3: (5, 8, 11, 14, 3)}
#: Samples that are tried: another number than any width.
SAMPLES = 7
#: The score of a reading whose activations are all seen.
SURE = 2
#: Functions that are tried in one role.
_MOST_TRIED = 8

#: By how much some samples are larger than the others, and how many: few miss what units do far from 0.
_FAR, _FAR_SAMPLES = 16.0, 4

#: How often parameters are drawn where all samples have the same outputs, as zeros of a relu, which tell nothing.
_REDRAWN = 4
#: So many numbers of each output are those of a decision, and no more.
_FEW = 2

Params = list[tuple[Array, Array]]


@dataclass
class Reading:
    """How the code is called, as far as it is known.

    Attributes:
        sizes: of the network that was tried.
        form: of `FORMS`. outputs: where they lie.
        seen: its activations; None where no combination of the table gives its outputs.
        without_biases: whether its activations show with biases of zero only.
        behind: whether its outputs come after pre-activations that are those of a network.
        tried: outputs that it gave.
        problems: what the functions raised that were tried in vain. returning: those that returned for other arguments.
        logs: whether it gives the logarithms of its outputs, of which the exponential is taken.
    """

    keeper: Keeper
    chain: Chain
    sizes: tuple[int, ...]
    form: str
    forward: Operation
    outputs: Place
    seen: Seen | None
    tried: Array
    without_biases: bool = False
    behind: bool = False
    problems: dict[str, str] = field(default_factory=dict)
    logs: bool = False
    returning: set[str] = field(default_factory=set)
    still: set[str] = field(default_factory=set)
    moving: set[str] = field(default_factory=set)

    @property
    def score(self) -> int:
        """How sure it is."""
        return (SURE if self.seen is not None or self.behind else 0) - self.without_biases


def random_params(chain: Chain, rng: np.random.Generator, biases: bool = True) -> Params:
    """Parameters in the chain's layout under which every activation shows itself."""
    pairs = []
    for n, m, slots in zip(chain.sizes, chain.sizes[1:], chain.layers, strict=False):
        W = rng.standard_normal((m, n) if chain.layout == "out_in" else (n, m)) * 1.5 / np.sqrt(n)
        pairs.append((W, rng.standard_normal(m) * (0.5 if biases and slots.biased else 0.0)))
    return pairs


def out_in(chain: Chain, params: Params) -> Params:
    """The same with W of shape (out, in)."""
    return params if chain.layout == "out_in" else [(W.T, b) for W, b in params]


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Nothing that the user's code prints or warns of is shown while it is tried."""
    nowhere = io.StringIO()
    with (
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
    ):
        warnings.simplefilter("ignore")
        yield


def readings(
    keeper: Keeper, sizes: Sequence[int] | None, forms: Sequence[str], problems: dict[str, str]
) -> Reading | None:
    """The surest reading of a network's forward; None where nothing gives outputs."""
    with keeper.lent(sizes or keeper.asked) as root:
        found = (chains(root, sizes) if sizes is not None else []) or chains(root)
    best: Reading | None = None
    for name in keeper.source.forwards[:_MOST_TRIED]:
        for chain in found:
            for form in _in_order(chain, forms):
                for reading in _tried(keeper, chain, name, form, problems):
                    if best is None or reading.score > best.score:
                        best = reading
                    if reading.score == SURE:
                        return best
    return best


def _in_order(chain: Chain, forms: Sequence[str]) -> list[str]:
    """The forms, those of single samples first where every weight is written out: x[0] is a feature, and no sample."""
    single = chain.layers[0].weight.single
    return sorted(forms, key=lambda form: single and form in BATCHES)


def _tried(keeper: Keeper, chain: Chain, name: str, form: str, problems: dict[str, str]) -> Iterator[Reading]:
    rng = np.random.default_rng()
    X = rng.standard_normal((SAMPLES, chain.sizes[0]))
    # Activations that are cut off far from 0 show it.
    X[:_FAR_SAMPLES] *= _FAR
    with keeper.lent(chain.sizes) as root:
        operations = list(Play(keeper, root, next(presented(X, form))).operations(name))
    for operation in operations:
        for biases in (True, False):
            params, candidates = _telling(keeper, chain, operation, form, X, biases, problems)
            logs = _logarithms(chain, params, X, candidates)
            if logs is not None:
                at, shares, seen = logs
                yield Reading(
                    keeper, chain, chain.sizes, form, operation, at, seen, shares, not biases, False, problems, True
                )
                break
            looked = []
            for place, outputs in candidates:
                looked.append((place, outputs, seen_activations(out_in(chain, params), X, outputs)))
            agreeing = [(p, s) for p, _, s in looked if s is not None]
            if agreeing:
                # Of pre-activations and outputs the latter are what a network gives.
                place, seen = next(((p, s) for p, s in agreeing if s.output != "identity"), agreeing[0])
                later = _later(place, looked) if seen.output == "identity" else None
                if later is not None:
                    where, shares = later
                    yield Reading(
                        keeper, chain, chain.sizes, form, operation, where, None, shares, not biases, True, problems
                    )
                    break
                yield Reading(
                    keeper, chain, chain.sizes, form, operation, place, seen, looked[0][1], not biases, False, problems
                )
                break
            if biases and looked and _depends(keeper, chain, operation, form, X, looked[0][0], looked[0][1], params):
                yield Reading(
                    keeper, chain, chain.sizes, form, operation, looked[0][0], None, looked[0][1], problems=problems
                )


def _telling(
    keeper: Keeper, chain: Chain, operation: Operation, form: str, X: Array, biases: bool, problems: dict[str, str]
) -> tuple[Params, list[tuple[Place, Array]]]:
    """Parameters with arrays that may be the outputs, those that are the same for all samples left out."""
    params, tells = random_params(chain, np.random.default_rng(), biases), list[tuple[Place, Array]]()
    for _ in range(_REDRAWN):
        given = _outputs(keeper, chain, operation, form, X, params, problems)
        tells = [(place, outputs) for place, outputs in given if len(np.unique(outputs, axis=0)) > 1]
        if tells or not given:
            break
        params = random_params(chain, np.random.default_rng(), biases)
    return params, tells


def _logarithms(
    chain: Chain, params: Params, X: Array, candidates: Sequence[tuple[Place, Array]]
) -> tuple[Place, Array, Seen] | None:
    """Outputs that are the logarithms of a softmax."""
    for place, outputs in candidates:
        if outputs.shape[1] > 1 and outputs.max() <= 0 and np.allclose(np.exp(outputs).sum(axis=1), 1, rtol=1e-9):
            shares = np.exp(outputs)
            seen = seen_activations(out_in(chain, params), X, shares)
            if seen is not None and seen.output == SOFTMAX:
                return place, shares, seen
    return None


def _later(place: Place, looked: Sequence[tuple[Place, Array, Seen | None]]) -> tuple[Place, Array] | None:
    """What is made of the pre-activations although no activation gives it, outputs gone wrong: what the forward returns where
    it keeps these only, or what comes after them and lies between 0 and 1."""
    if place.where != RESULT:
        for other, outputs, seen in looked:
            if other.where == RESULT and seen is None and np.unique(outputs).size > _FEW * outputs.shape[1]:
                return other, outputs
    places = [p for p, _, _ in looked]
    for other, outputs, seen in looked[places.index(place) + 1 :]:
        if seen is None and outputs.min() >= 0 and outputs.max() <= 1 and np.unique(outputs).size > 2:
            return other, outputs
    return None


def _depends(
    keeper: Keeper,
    chain: Chain,
    operation: Operation,
    form: str,
    X: Array,
    place: Place,
    outputs: Array,
    params: Params,
) -> bool:
    """Whether the outputs change with the weights of every layer, and with the inputs."""
    if np.isin(outputs, (0.0, 1.0)).all():
        return False
    for index in range(len(params)):
        other = [(W + 0.5 * (i == index), b) for i, (W, b) in enumerate(params)]
        again = dict(_outputs(keeper, chain, operation, form, X, other, {}))
        if place not in again or np.array_equal(again[place], outputs):
            return False
    return True


def _outputs(
    keeper: Keeper, chain: Chain, operation: Operation, form: str, X: Array, params: Params, problems: dict[str, str]
) -> list[tuple[Place, Array]]:
    """Arrays that may be the outputs, as (samples, n_L), with where they lie."""
    parts: dict[Place, list[Array]] = {}
    shapes = shape_in(form, len(X), chain.sizes[-1])
    with keeper.lent(chain.sizes) as root:
        try:
            root = chain.write(root, params)
            for x in presented(X, form):
                play = Play(keeper, root, x)
                placed = play.place_data()
                if not (operation.binding.gives("inputs") or placed):
                    return []
                before = snapshot(root)
                result = play.call(operation)
                for place in found_places(play, result, chain, before):
                    if place.leaf.shape in shapes:
                        parts.setdefault(place, []).append(play.array_at(place, result))
                if result is play.root:
                    return []
        except Exception as error:
            problems.setdefault(operation.told, f"{type(error).__name__}: {error}"[:200])
            return []
    calls = sum(1 for _ in presented(X, form))
    whole = [(place, as_rows(arrays, form)) for place, arrays in parts.items() if len(arrays) == calls]
    return [(p, a) for p, a in sorted(whole, key=lambda pair: pair[0].where != RESULT) if np.isfinite(a).all()]


def outputs_of(reading: Reading, X: Array, params: Params) -> list[tuple[Place, Array]]:
    """Arrays of the outputs' shape that the forward gives for a batch, as (samples, n_L), with where they lie."""
    return _outputs(reading.keeper, reading.chain, reading.forward, reading.form, X, params, {})
