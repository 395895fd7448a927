"""Depths: where parameters, outputs and gradients lie in networks of each number of layers, looked up once for each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcheck.subjects.scratch.chains import Chain, chains
from symcheck.subjects.scratch.forms import as_rows, batches, presented, shape_in
from symcheck.subjects.scratch.matching import matched
from symcheck.subjects.scratch.playing import Place, Play, found_places, snapshot
from symcheck.subjects.scratch.probing import computed
from symcheck.subjects.scratch.reading import PROBES, SAMPLES, Params, Reading, out_in, random_params
from symcheck.subjects.scratch.training import Places, Trained, equal_widths
from symcheck.types import Array


class Unfit(ValueError):
    """The code cannot be asked for this."""


@dataclass(frozen=True)
class Depth:
    """Where everything lies in networks of one depth."""

    chain: Chain
    outputs: Place
    gradients: Places


class Depths:
    """Where everything lies, by the number of hidden layers."""

    def __init__(self, reading: Reading, trained: Trained) -> None:
        self._reading, self._trained = reading, trained
        self._known: dict[int, Depth] = {}

    def at(self, sizes: tuple[int, ...]) -> Depth:
        """Where everything lies in a network of these widths.

        Raises:
            Unfit: it is not found.
        """
        hidden = len(sizes) - 2
        if hidden not in self._known:
            same = len(sizes) == len(self._reading.sizes)
            self._known[hidden] = self._looked_at(self._reading.sizes if same else _probe(hidden))
        return self._known[hidden]

    def _looked_at(self, sizes: tuple[int, ...]) -> Depth:
        """Look at a network of another depth: where its parameters, outputs and gradients lie.

        Raises:
            Unfit: they are not found.
        """
        reading, slopes = self._reading, self._trained.slopes
        if sizes == reading.sizes:
            return Depth(reading.chain, reading.outputs, slopes.places if slopes is not None else [])
        with self._reading.keeper.lent(sizes) as root:
            extra = reading.chain.layers[0].extra
            found = [c for c in chains(root, sizes) if c.layout == reading.chain.layout]
            chain = next((c for c in found if all(s.extra == extra for s in c.layers)), None)
        if chain is None:
            raise Unfit(f"keeps no parameters of the shapes of a {'-'.join(map(str, sizes))} network")
        outputs = self._outputs_of(chain)
        try:
            return Depth(chain, outputs, self._places_of(chain, outputs))
        except Exception:
            # Code that raises wherever widths differ may still give gradients of equal ones.
            equal = equal_widths(sizes)
            with self._reading.keeper.lent(equal) as root:
                return Depth(chain, outputs, self._places_of(chain.at(root, equal), outputs))

    def _outputs_of(self, chain: Chain) -> Place:
        params, X, _ = _data(chain)
        reading = self._reading
        shapes = shape_in(reading.form, len(X), chain.sizes[-1])
        expected = _expected(reading, out_in(chain, params), X)
        with self._reading.keeper.lent(chain.sizes) as root:
            play = Play(self._reading.keeper, chain.write(root, params), next(presented(X, reading.form)))
            play.place_data()
            before = snapshot(play.root)
            result = play.call(reading.forward)
            places = [p for p in found_places(play, result, chain, before) if p.leaf.shape in shapes]
            places.sort(key=lambda p: (p.where != reading.outputs.where, p.leaf != reading.outputs.leaf))
            if not places:
                raise Unfit(f"gives no outputs of the shape {shapes[0]} in a {'-'.join(map(str, chain.sizes))} network")
            for place in places:
                got = as_rows([play.array_at(place, result)], reading.form)
                got = np.exp(got) if reading.logs else got
                if expected is not None and np.allclose(got, expected[: len(got)], rtol=1e-6, atol=1e-9):
                    return place
        return places[0]

    def _places_of(self, chain: Chain, outputs: Place) -> Places:
        params, X, Y = _data(chain)
        slopes = self._trained.slopes
        if slopes is None or not slopes.places:
            return []
        keeper, backward = self._reading.keeper, slopes.operations[-1]
        x, y, count = next(batches(X, Y, slopes.form, slopes.targets))
        with keeper.lent(chain.sizes) as root:
            play = Play(keeper, chain.write(root, params), x, y, None, count)
            play.outputs_at = outputs
            play.place_data()
            for operation in slopes.operations[:-1]:
                play.forward(operation)
            before = snapshot(play.root)
            result = play.call(backward)
            places = found_places(play, result, chain, before)
            found = matched(chain, places, play.returned(backward), keeper.returned())
        if found is None:
            raise Unfit(f"gives no gradients of the shapes of a {'-'.join(map(str, chain.sizes))} network")
        return found


def _data(chain: Chain) -> tuple[Params, Array, Array]:
    rng = np.random.default_rng(0)
    width = chain.sizes[-1]
    Y = np.eye(width)[np.arange(SAMPLES) % width]
    return random_params(chain, rng), rng.standard_normal((SAMPLES, chain.sizes[0])), Y


def _probe(hidden: int) -> tuple[int, ...]:
    """Widths that are all different."""
    return PROBES[hidden] if hidden in PROBES else (5, *(8 + 3 * i for i in range(hidden)), 3)


def _expected(reading: Reading, params: Params, X: Array) -> Array | None:
    """Outputs that the activations that were seen give."""
    if reading.seen is None or (len(params) > 1 and reading.seen.activation is None):
        return None
    names = [str(reading.seen.activation)] * (len(params) - 1)
    return computed(params, X, names, reading.seen.output)
