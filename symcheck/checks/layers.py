"""Which layers an initializer is asked for, and how often."""

from __future__ import annotations

import numpy as np

from symcheck.fans import Layer

#: Wide enough to see 2 % of a standard deviation, and of unequal sides, so that every fan shows.
DENSE = (Layer(512, 512), Layer(256, 1024), Layer(1024, 256))
#: One of each rank; odd, since libraries differ in where the centre of an even kernel lies.
CONVOLUTIONS = (Layer(64, 32, (3, 3)), Layer(48, 96, (5,)), Layer(32, 24, (3, 3, 5)))
#: Where ties are looked for: slices along every axis have at least 64 entries.
SMALL = Layer(64, 64)
SMALL_CONVOLUTION = Layer(16, 24, (3, 3))
#: Layers of one unit or one input must not break an initializer.
NARROW = (Layer(1, 7), Layer(7, 1))
#: Sides that differ from each other and from every other shape: tells the layout.
PROBE = Layer(7, 5)
#: In place of matrices, where a subject draws convolution kernels only: the first of these that it draws.
KERNELS = tuple(layer.kernel for layer in CONVOLUTIONS)
#: Wider layers than this are then asked for narrower.
WIDE = 1 << 16
#: The sides of the layers that show whether it does, and perhaps only where layers widen.
WIDENING, NARROWING = (7, 5), (5, 7)

#: The layers of the small networks that an initializer is judged in.
CHAINED = (Layer(16, 16), Layer(24, 8), Layer(16, 24), Layer(4, 16))
#: Small shapes are drawn until there are this many entries, but at most so often.
ENOUGH, MOST_DRAWS = 4096, 64
#: Successive draws of one shape that must all differ.
SUCCESSIVE = 8


def with_kernel(layer: Layer, kernel: tuple[int, ...], widening: bool) -> Layer:
    """The layer with a kernel and no wider than `WIDE`; turned round where it narrows and must be ``widening``."""
    out, inputs = layer.out, layer.inputs
    if not layer.kernel and out * inputs > WIDE:
        out, inputs = out // 4, inputs // 4
    if widening and out < inputs:
        out, inputs = inputs, out
    return Layer(out, inputs, layer.kernel or kernel)


def draws_needed(layer: Layer) -> int:
    """How often a small layer is drawn."""
    return min(MOST_DRAWS, -(-ENOUGH // int(np.prod(layer.shape("out_in")))))
