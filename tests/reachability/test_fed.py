"""Inputs beside others that say which of them count, inputs of one sign alone, and models that fail on what they are fed."""

import numpy as np
import pytest

from symcheck import SymcheckError, assert_trainable, reach


@pytest.fixture
def attending(torch):
    class Attending(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.projected, self.last = torch.nn.Linear(4, 12), torch.nn.Linear(4, 2)

        def forward(self, x, kept):
            query, key, value = self.projected(x).chunk(3, -1)
            scores = query @ key.transpose(-1, -2) + (1 - kept[:, None]) * -1e4
            return self.last(scores.softmax(-1) @ value)

    return Attending


def test_a_mask_of_floats_is_fed_as_it_is(attending, torch):
    """Normal numbers in its place saturate the softmax, and queries and keys seem frozen."""
    kept = torch.ones(4, 5)
    kept[1:, 3:] = 0
    model = attending()
    found = reach(model, (torch.randn(4, 5, 4), kept))
    assert (found.frozen, found.not_visited) == (4, 0)
    assert found.fed == "normal numbers (4, 5, 4), float32 as given (4, 5); shaped as the given example"
    assert_trainable(model, (torch.randn(4, 5, 4), kept))


def test_a_mask_does_not_hide_a_fault(attending, torch):
    model = attending()
    torch.nn.init.zeros_(model.projected.weight[:8].data)
    torch.nn.init.zeros_(model.projected.bias[:8].data)
    kept = torch.ones(4, 5)
    kept[1:, 3:] = 0
    with pytest.raises(AssertionError, match="by the initialization"):
        assert_trainable(model, (torch.randn(4, 5, 4), kept))


def test_ones_beside_other_inputs_may_be_a_mask(attending, torch):
    """Normal numbers in their place saturate the softmax; where they come first they stand for a shape."""
    found = reach(attending(), (torch.randn(4, 5, 4), torch.ones(4, 5)))
    assert (found.frozen, found.not_visited, found.undecided) == (4, 0, 0)
    assert found.fed == "normal numbers (4, 5, 4), ones and zeros (4, 5); shaped as the given example"
    assert reach(attending(), (torch.ones(4, 5, 4), torch.ones(4, 5))).fed.startswith("normal numbers (4, 5, 4)")


@pytest.mark.parametrize("by", ["index", "function"])
def test_ids_of_a_bare_table_cover_it(by, torch):
    class Tables(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.table, self.head = torch.nn.Parameter(torch.randn(9, 4)), torch.nn.Linear(4, 2)

        def forward(self, ids):
            rows = self.table[ids] if by == "index" else torch.nn.functional.embedding(ids, self.table)
            return self.head(rows.mean(1))

    found = reach(Tables(), torch.randint(0, 3, (8, 2)))
    assert found.fed == "ids below 9 (8, 2); shaped as the given example"
    assert (found.frozen, found.not_visited) == (0, 0)


def test_ids_of_bags_cover_the_table(torch):
    class Bags(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.bag, self.head = torch.nn.EmbeddingBag(20, 5, mode="mean"), torch.nn.Linear(5, 3)

        def forward(self, ids, starts):
            return self.head(self.bag(ids, starts))

    starts = torch.tensor([0, 5, 10, 20])
    found = reach(Bags(), (torch.randint(0, 20, (30,)), starts))
    assert found.fed.startswith("ids below 20 (30,), int64 as given (4,)")
    assert found.reachable == found.parameters


def test_what_unchanging_inputs_may_tie_is_not_put_on_the_architecture_alone(torch, cli, tmp_path, monkeypatch):
    """Two nodes without edges of their own see the same neighbours in every batch."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "graph.py").write_text(
        "import torch\n"
        "class Graph(torch.nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.nodes, self.head = torch.nn.Parameter(torch.randn(6, 4)), torch.nn.Linear(4, 2)\n"
        "    def forward(self, x, edges):\n"
        "        sums = torch.zeros(6, 4, dtype=x.dtype).index_add(0, edges[1], self.nodes[edges[0]])\n"
        "        return x + self.head(sums[5])\n"
        "model = Graph(), (torch.randn(3, 2), torch.tensor([[0, 1, 2, 3, 4], [5, 5, 4, 4, 3]]))\n"
    )
    done = cli("reach", "graph.py:model")
    said = " ".join(done.out.split())
    assert "alike are 0, 1, wherever it starts, by the architecture or by the inputs that stay as given" in said
    assert done.status == 0


@pytest.mark.parametrize("returned", ["alone", "named"])
def test_models_that_return_their_own_loss(returned, torch):
    """Of two classes only the difference counts; a layer that starts at zero behind a zero layer is still found."""
    nn = torch.nn

    class Lossy(nn.Module):
        def __init__(self):
            super().__init__()
            self.body, self.head = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3)), nn.Linear(3, 2)

        def forward(self, x, y):
            loss = nn.functional.cross_entropy(self.head(torch.tanh(self.body(x))), y)
            return loss if returned == "alone" else {"loss": loss, "accuracy": torch.tensor(0.5)}

    # As many of the one class as of the other: at zero weights no gradient is left.
    data = torch.randn(16, 4), torch.arange(16) % 2
    model = Lossy()
    found = reach(model, data)
    assert found.parameters - found.reachable == 3 + 1
    for layer in (model.body[2], model.head):
        nn.init.zeros_(layer.weight), nn.init.zeros_(layer.bias)
    with pytest.raises(AssertionError, match="zero on both sides of a product"):
        assert_trainable(model, data)


def test_batch_normalization_that_alone_was_put_in_evaluation_stays_so(torch):
    nn = torch.nn
    model = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.Linear(6, 2))
    found = reach(model.eval())
    assert (found.frozen, found.fed.split("; ")[-1]) == (
        6,
        "batch normalizations use the statistics of the batch, as in training",
    )
    model.train()[1].eval()
    found = reach(model)
    assert (found.frozen, found.fed.split("; ")[-1]) == (
        0,
        "batch normalizations use their running statistics, as the model was put",
    )
    assert not model[1].training


@pytest.fixture
def refusing(torch):
    class Refusing(torch.nn.Module):
        """Takes numbers from 0 to 1 alone, as models of images and probabilities do."""

        def __init__(self):
            super().__init__()
            self.stack = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))

        def forward(self, x):
            if (x < 0).any() or (x > 1).any():
                raise ValueError("pixels must lie in [0, 1]")
            return self.stack(x)

    return Refusing


def test_inputs_stay_between_those_of_the_example_where_the_model_asks_for_it(refusing, torch):
    example = torch.rand(8, 3)
    example[0, 0], example[0, 1] = 0, 1
    found = reach(refusing(), example)
    assert found.fed == "numbers from 0 to 1 (8, 3); shaped as the given example"
    assert found.parameters == 26


def test_inputs_stay_positive_where_others_make_nan(torch):
    class Logarithm(torch.nn.Linear):
        def forward(self, x):
            return super().forward(torch.log(x))

    found = reach(Logarithm(3, 2), torch.rand(8, 3) + 0.5)
    assert (found.reachable, found.fed.startswith("numbers from")) == (8, True)


def test_a_model_that_fails_later_is_one_sentence(refusing, torch, cli, tmp_path, monkeypatch):
    calls = iter([torch.rand(4, 3)] + [-torch.rand(4, 3)] * 100)
    with pytest.raises(SymcheckError, match=r"fails when fed with what the given function draws: ValueError: pixels"):
        reach(refusing(), lambda rng: next(calls))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "failing.py").write_text(
        "import torch\n"
        "class Failing(torch.nn.Linear):\n"
        "    calls = 0\n"
        "    def forward(self, x):\n"
        "        self.calls += 1\n"
        "        if self.calls > 5:\n"
        "            raise ValueError('too often')\n"
        "        return super().forward(x).relu()\n"
        "def build():\n"
        "    return Failing(3, 2), torch.randn(4, 3)\n"
    )
    done = cli("reach", "failing.py:build")
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert "ValueError: too often" in done.err


def test_functions_are_told_what_they_are_fed():
    jax = pytest.importorskip("jax")
    weights = {"w": jax.random.normal(jax.random.PRNGKey(0), (4, 2))}
    kept = np.array([[1.0], [0.0], [1.0]])
    found = reach(
        (lambda p, x, kept, ids: (x * kept) @ p["w"] * ids[:, None], weights), (np.ones((3, 4)), kept, np.arange(3))
    )
    assert found.fed == (
        "normal numbers (3, 4), float64 as given (3, 1), int64 as given (3,); shaped as the given example"
    )


def test_floats_beside_a_table_are_no_ids():
    keras = pytest.importorskip("keras")
    numbers, ids = keras.Input((4,)), keras.Input((3,))
    rows = keras.layers.Flatten()(keras.layers.Embedding(7, 2)(ids))
    model = keras.Model([numbers, ids], keras.layers.Dense(2)(keras.layers.Concatenate()([numbers, rows])))
    found = reach(model)
    assert found.fed.startswith("normal numbers (8, 4), int64 as given (8, 3)")
    assert (found.frozen, found.not_visited) == (0, 0)


@pytest.mark.parametrize("narrow", [True, False])
def test_what_narrows_within_is_not_said_to_be_float64(narrow):
    jax = pytest.importorskip("jax")
    keys = jax.random.split(jax.random.PRNGKey(0))
    params = {"first": jax.random.normal(keys[0], (4, 5)), "last": jax.random.normal(keys[1], (5, 2))}

    def apply(p, x):
        hidden = jax.numpy.tanh(x @ p["first"])
        return (hidden.astype("float32") if narrow else hidden).astype("float64") @ p["last"]

    found = reach((apply, params), np.ones((8, 4)))
    assert (found.precision, found.reachable) == ("float32" if narrow else "float64", 30)


def test_padded_kernels_meet_more_than_padding(torch):
    nn = torch.nn
    model = nn.Sequential(
        nn.Conv2d(2, 3, 3, padding=1), nn.Tanh(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 2)
    )
    found = reach(model)
    assert (found.frozen, found.not_visited, found.fed.split(";")[0]) == (0, 0, "normal numbers (8, 2, 3, 3)")
    assert reach(model, torch.randn(8, 2, 1, 1)).not_visited == 48


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_parameters_that_are_not_finite_are_refused(value, torch):
    """The gradient of a linear layer does not look at them."""
    model = torch.nn.Linear(4, 2)
    with torch.no_grad():
        model.weight[1, 2:] = value
    for asked in (reach, assert_trainable):
        with pytest.raises(SymcheckError, match=r"weight is NaN or infinite in 2 of 8 entries"):
            asked(model)


def test_inputs_that_raise_are_told_in_one_sentence(torch):
    def drawn(rng):
        raise ValueError("there is no file")

    with pytest.raises(SymcheckError, match=r"the given function inputs\(rng\) raises ValueError: there is no file"):
        reach(torch.nn.Linear(4, 2), drawn)
    with pytest.raises(SymcheckError, match=r"the given function inputs\(rng\) raises ValueError: there is no file"):
        reach((lambda params, x: x @ params[0], [np.ones((2, 2))]), drawn)


def test_a_model_may_refuse_parameters_far_away(torch):
    """As losses do that hold what they are given to be probabilities, of which overflow makes NaN."""

    class Strict(torch.nn.Module):
        def __init__(self, least):
            super().__init__()
            self.first, self.last = torch.nn.Linear(3, 4), torch.nn.Linear(4, 1)
            self.unused, self.least = torch.nn.Linear(2, 2), least

        def forward(self, x):
            size = sum(parameter.square().sum() for parameter in self.parameters())
            if not self.least < size < 100:
                raise ValueError("out of range")
            return self.last(torch.tanh(self.first(x)))

    found = reach(Strict(0), torch.randn(8, 3))
    assert (found.parameters, found.reachable, found.architecture) == (27, 21, 21)
    with pytest.raises(SymcheckError, match="out of range"):
        reach(Strict(99), torch.randn(8, 3))
