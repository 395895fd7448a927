"""Where things stand in a drawing: the units of a network, and the marks by which their classes are told apart."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.lesson.sections.shown import ShownCase

#: Around (0, 0), one for each class: circle, square, triangle, diamond, hexagon, cross. Colours come in the same order.
MARKS = (
    "M-11,0A11,11 0 1,1 11,0A11,11 0 1,1 -11,0Z",
    "M-10,-10H10V10H-10Z",
    "M0,-14L13,9H-13Z",
    "M0,-14L14,0L0,14L-14,0Z",
    "M-13,0L-7,-11H7L13,0L7,11H-7Z",
    "M-5,-13H5V-5H13V5H5V13H-5V5H-13V-5H-5Z",
)
_WIDTH, _STEP, _EDGE = 340, 58, 30


@dataclass(frozen=True)
class Node:
    """A unit: its place, its layer (0 for inputs) and its number in it, counted from 1. Inputs and outputs have no class."""

    x: float
    y: float
    layer: int
    number: int
    label: int


@dataclass(frozen=True)
class Edge:
    """A weight of layer ``layer`` (1 for the first) from one unit to another, counted from 1."""

    ends: tuple[float, float, float, float]
    layer: int
    unit: int
    below: int
    weight: float


@dataclass(frozen=True)
class Drawing:
    """A network, at its start."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def drawing(shown: ShownCase) -> Drawing:
    """The network of a case, inputs on the left."""
    sizes = shown.case.sizes
    height = max(sizes) * _STEP + 12
    places = [
        [(_EDGE + layer * (_WIDTH - 2 * _EDGE) / (len(sizes) - 1), height / 2 + (i - (n - 1) / 2) * _STEP) for i in range(n)]
        for layer, n in enumerate(sizes)
    ]  # fmt: skip
    hidden = range(1, len(sizes) - 1)
    nodes = tuple(
        Node(x, y, layer, i, shown.classes[0][layer - 1][i - 1] if layer in hidden else 0)
        for layer, row in enumerate(places)
        for i, (x, y) in enumerate(row, 1)
    )
    edges = tuple(
        Edge((*places[layer - 1][j], *places[layer][i]), layer, i + 1, j + 1, float(weights[i, j]))
        for layer, (weights, _) in enumerate(shown.case.params, 1)
        for i in range(weights.shape[0])
        for j in range(weights.shape[1])
    )
    return Drawing(_WIDTH, height, nodes, edges)
