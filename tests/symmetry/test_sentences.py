"""Each sentence says what is claimed of the layer, and no more."""

import numpy as np
import pytest

from symcheck.symmetry.certified_layer import CertifiedLayer
from symcheck.symmetry.sentences import tied_units


def layer(labels, signs=None, zero=(), frozen=(), step=None, undecided=(), active=None):
    units = np.arange(len(labels))
    signs = np.ones(len(labels), np.int8) if signs is None else np.array(signs, np.int8)
    flags = [np.isin(units, which) for which in (zero, frozen, undecided)]
    seen = None if active is None else np.isin(units, active)
    return CertifiedLayer(np.array(labels), signs, flags[0], flags[1], 1, step, flags[2], seen)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (layer([0, 1, 2], step=0), "nothing ties two of the 3 units"),
        (layer([0, 1, 2], step=1), "nothing ties two of the 3 units; the first update can part them"),
        (layer([0, 1, 2], step=2), "nothing ties two of the 3 units; 2 updates can part them"),
        (layer([0], step=0), "nothing keeps the only unit at zero"),
        (layer([0], frozen=[0], step=0), "nothing keeps the only unit at zero; no incoming weight ever has a gradient"),
        (layer([0], zero=[0]), "the only unit gives zero for every input, for ever"),
        (layer([0, 0], zero=[0, 1]), "both units give zero for every input, for ever"),
        (layer([0, 0], zero=[0, 1], frozen=[1]), "both units give zero for every input, for ever"),
        (
            layer([0, 0], zero=[0, 1], frozen=[0, 1]),
            "both units give zero for every input, for ever, and no weight into them ever has a gradient",
        ),
        (layer([0, 0, 0]), "all 3 units stay equal for ever: one unit's worth of learning"),
        (layer([0, 0, 0], [1, 1, -1]), "all 3 units stay equal up to sign for ever: one unit's worth of learning"),
        (layer([0, 1, 0]), "the 3 units fall into 2 classes that stay equal for ever"),
        (layer([0, 1, 0], [1, 1, -1]), "the 3 units fall into 2 classes that stay equal up to sign for ever"),
        (
            layer([0, 1, 2], zero=[1], frozen=[1]),
            "1 of 3 units is zero for ever; nothing ties two of the other 2 units",
        ),
        (
            layer([0, 1, 1], zero=[1, 2], frozen=[1]),
            "2 of 3 units are zero for ever; nothing keeps the other unit at zero",
        ),
        (
            layer([0, 1, 0], zero=[1], frozen=[0, 1]),
            "1 of 3 units is zero for ever; both other units stay equal for ever: one unit's worth of learning; "
            "1 of 3 units is without a gradient for ever",
        ),
        (layer([0, 1, 2], step=0, active=[0, 1, 2]), "nothing ties two of the 3 units; each is active on some input"),
        (
            layer([0, 1, 2], step=0, undecided=[1], active=[0, 2]),
            "nothing ties two of the 3 units; 1 of 3 units is neither proved dead nor seen active",
        ),
        (
            layer([0, 1, 2], undecided=[1, 2]),
            "no two of the 3 units are proved tied; of 2 it is not decided whether they separate",
        ),
        (
            layer([0, 1, 1, 2], undecided=[0, 3]),
            "the 4 units fall into 3 classes that stay equal for ever; of 2 it is not decided whether they separate",
        ),
        (layer([0], step=0, active=[0]), "the only unit is active on some input"),
        (layer([0], undecided=[0], active=[]), "the only unit is neither proved dead nor seen active"),
        (layer([0], undecided=[0]), "of the only unit it is not decided whether it is dead"),
        (
            layer([0, 1, 1], zero=[1, 2], frozen=[1, 2], active=[0]),
            "2 of 3 units are zero for ever; the other unit is active on some input",
        ),
        (
            layer([0, 1, 2], frozen=[0, 1, 2], step=0),
            "nothing ties two of the 3 units; no incoming weight ever has a gradient",
        ),
    ],
)
def test_sentences(told, sentence):
    assert told.sentence == sentence


@pytest.mark.parametrize(
    ("judged", "named"),
    [
        (layer([0, 1, 2]), []),
        (layer([0, 0, 0, 1, 0, 0]), ["equal for ever: 1-3, 5, 6"]),
        (
            layer([0, 1, 0, 1, 1], [1, 1, -1, 1, -1]),
            ["equal for ever: 1; with the opposite sign 3", "equal for ever: 2, 4; with the opposite sign 5"],
        ),
        (layer([0, 1, 1, 2], zero=[1, 2]), ["zero for ever: 2, 3"]),
        (layer([0, 1], zero=[1]), ["zero for ever: 2"]),
        (
            layer([i % 2 for i in range(30)]),
            [f"equal for ever: {', '.join(map(str, range(first, first + 16, 2)))}, and 7 more" for first in (1, 2)],
        ),
    ],
)
def test_tied_units_are_named_and_counted_from_1(judged, named):
    assert tied_units(judged) == named
