"""Each sentence says what is claimed of the layer, and no more."""

import numpy as np
import pytest

from symcheck.symmetry.certified_layer import CertifiedLayer


def layer(labels, signs=None, zero=(), frozen=(), step=None):
    units = np.arange(len(labels))
    signs = np.ones(len(labels), np.int8) if signs is None else np.array(signs, np.int8)
    return CertifiedLayer(np.array(labels), signs, np.isin(units, zero), np.isin(units, frozen), 1, step)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (layer([0, 1, 2], step=0), "no two of the 3 units stay tied"),
        (layer([0, 1, 2], step=1), "no two of the 3 units stay tied; they separate at the first update"),
        (layer([0, 1, 2], step=2), "no two of the 3 units stay tied; they separate after 2 updates"),
        (layer([0], step=0), "the only unit is alive"),
        (layer([0], frozen=[0], step=0), "the only unit is alive; no incoming weight ever has a gradient"),
        (layer([0], zero=[0]), "the only unit gives zero for every input, for ever"),
        (layer([0, 0], zero=[0, 1]), "all 2 units give zero for every input, for ever"),
        (layer([0, 0], zero=[0, 1], frozen=[1]), "all 2 units give zero for every input, for ever"),
        (
            layer([0, 0], zero=[0, 1], frozen=[0, 1]),
            "all 2 units give zero for every input, for ever, and no weight into them ever moves",
        ),
        (layer([0, 0, 0]), "all 3 units stay equal for ever: one unit's worth of learning"),
        (layer([0, 0, 0], [1, 1, -1]), "all 3 units stay equal up to sign for ever: one unit's worth of learning"),
        (layer([0, 1, 0]), "the 3 units fall into 2 classes that stay equal for ever"),
        (layer([0, 1, 0], [1, 1, -1]), "the 3 units fall into 2 classes that stay equal up to sign for ever"),
        (
            layer([0, 1, 2], zero=[1], frozen=[1]),
            "1 of 3 units is zero for ever; no two of the other 2 units stay tied",
        ),
        (layer([0, 1, 1], zero=[1, 2], frozen=[1]), "2 of 3 units are zero for ever; the other unit is alive"),
        (
            layer([0, 1, 0], zero=[1], frozen=[0, 1]),
            "1 of 3 units is zero for ever; all other 2 units stay equal for ever: one unit's worth of learning; "
            "1 of 3 units is without a gradient for ever",
        ),
        (
            layer([0, 1, 2], frozen=[0, 1, 2], step=0),
            "no two of the 3 units stay tied; no incoming weight ever has a gradient",
        ),
    ],
)
def test_sentences(told, sentence):
    assert told.sentence == sentence
