"""Matrices are read in blocks, and equal rows are found: neither may change what is read or what is certified.

Blocks are made small here, so that small networks are read in many of them.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_networks import planted_network, random_network

from symcheck.exact.residues import NotExact
from symcheck.network import Network
from symcheck.symmetry import certify, fingerprints, rows, units, verify
from symcheck.symmetry.rows import Rows, tiles


@pytest.fixture
def rng():
    seed = np.random.SeedSequence().entropy
    print("seed", seed)
    return np.random.default_rng(seed)


@pytest.fixture
def small_blocks(monkeypatch):
    for module, name, size in (
        (rows, "_ENTRIES", 6),
        (rows, "_FEW", 2),
        (rows, "_RUN", 3),
        (units, "_FIRST", 1),
        (units, "_GROWTH", 2),
        (fingerprints, "_ENTRIES", 4),
    ):
        monkeypatch.setattr(module, name, size)


@pytest.mark.usefixtures("small_blocks")
@settings(deadline=None)
@given(st.booleans(), st.integers(1, 9), st.lists(st.integers(1, 5), min_size=1, max_size=7))
def test_tiles_cover_every_row_of_every_class_once(by_column, count, widths):
    bounds = np.cumsum([0, *widths])
    covered = np.zeros((count, len(widths)), int)
    for part, begin, end in tiles(by_column, count, bounds):
        assert begin < end
        size = len(range(*part.indices(count))) * int(bounds[end] - bounds[begin])
        # A class is not cut, however wide it is, nor a row that lies together in memory.
        assert size <= 6 or (end == begin + 1 if by_column else part.stop == part.start + 1)
        covered[part, begin:end] += 1
    assert (covered == 1).all()


@pytest.mark.parametrize("order", ["C", "F"])
def test_parts_of_a_matrix_are_those_that_are_named(rng, order):
    matrix = np.array(rng.normal(size=(7, 9)), order=order)
    some = [np.arange(n) for n in range(1, 8)] + [
        np.array(i) for i in ([2], [3, 4, 5], [4, 3], [0, 2, 4], [6, 0, 5, 1])
    ]
    for chosen in some:
        for columns in some:
            assert np.array_equal(Rows(matrix).take(chosen, columns), matrix[np.ix_(chosen, columns)])


def grouped(rng, order):
    """A matrix of few different rows, the same bit by bit or with one entry changed, and groups of its rows."""
    count, width = rng.integers(2, 9, 2)
    matrix = np.array(rng.normal(size=(3, width))[rng.integers(0, 3, count)], order=order)
    for _ in range(rng.integers(0, 3)):
        matrix[rng.integers(count), rng.integers(width)] += 1
    return matrix, rng.integers(0, rng.integers(1, 4), count)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("order", ["C", "F"])
def test_twins_are_the_equal_rows_of_a_group(rng, order):
    for _ in range(200):
        matrix, groups = grouped(rng, order)
        found = Rows(matrix)
        equal = (matrix[:, None] == matrix).all(2)
        # Each time all rows of a group are compared with one of them.
        for _ in range(len(matrix)):
            found.find_twins(groups)
            twin = found.twin
            assert equal[np.arange(len(twin)), twin].all()
            assert (groups[twin] == groups).all()
            first = np.array([int(np.argmax(groups == g)) for g in groups])
            assert (twin[twin] == twin).all()
            assert (twin == first)[equal[np.arange(len(twin)), first]].all()
        kinds = rng.random(len(matrix)) < 0.3
        for i, differs in enumerate(found.differing(groups, kinds)):
            others = [k for k in np.flatnonzero(groups == groups[i]) if (twin[k], kinds[k]) != (twin[i], kinds[i])]
            alone = not (twin != np.arange(len(twin))).any()
            assert differs == (np.count_nonzero(groups == groups[i]) > 1 if alone else bool(others))
        chosen = rng.random(len(matrix)) < 0.5
        assert found.originals(chosen).tolist() == sorted(set(twin[chosen].tolist()))


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("order", ["C", "F"])
def test_columns_that_are_known_to_be_equal_are_compared_once(rng, order):
    matrix = np.array(rng.normal(size=(2, 3))[[0, 1, 0, 1, 0]][:, [0, 0, 1, 2, 2, 1, 0, 2]], order=order)
    matrix[4, 7] = 9
    across = Rows(matrix)
    columns = Rows(matrix.T, across=across)
    across.find_twins(np.zeros(5, int))
    assert across.twin.tolist() == [0, 1, 0, 3, 4]
    across.find_twins(np.array([0, 1, 0, 1, 0]))
    assert across.twin.tolist() == [0, 1, 0, 1, 4]
    for groups in ([0, 0, 1, 2, 2, 1, 0, 2], np.zeros(8, int), [0, 0, 1, 2, 2, 1, 0, 2]):
        columns.find_twins(np.array(groups))
    assert columns.twin.tolist() == [0, 0, 2, 3, 3, 2, 0, 7]


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("place", range(20))
def test_infinity_among_equal_rows_is_refused_wherever_it_stands(order, place):
    matrix = np.zeros((5, 20), order=order)
    matrix[:, place] = np.inf
    with pytest.raises(NotExact, match="NaN or infinity"):
        Rows(matrix).find_twins(np.zeros(5, int))


@pytest.mark.parametrize("optimizer", ["sgd", "coupled", "dropout"])
def test_certificates_do_not_depend_on_blocks(rng, optimizer, request):
    networks = [(random_network, planted_network)[i % 2](rng) for i in range(12)]
    networks += [Network([np.asfortranarray(w) for w in n.weights], n.biases, n.activations, n.head) for n in networks]
    expected = [certify(network, optimizer) for network in networks]
    request.getfixturevalue("small_blocks")
    for network, certificate in zip(networks, expected, strict=True):
        found = certify(network, optimizer)
        assert found.as_dict()["layers"] == certificate.as_dict()["layers"], (network, network.weights, network.biases)
        assert verify(found.to_json(), network)
