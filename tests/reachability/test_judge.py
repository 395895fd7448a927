"""Training as the judge of random torch models, and what the judge itself must reject."""

import numpy as np
import pytest

from symcheck import reach


@pytest.fixture
def judging(torch):
    import random_torch_models
    import training_judge

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield training_judge, random_torch_models.random_torch_model
    torch.set_num_threads(before)


@pytest.mark.parametrize("number", range(6))
def test_random_models_keep_their_ties_and_part_what_is_distinct(number, judging, torch):
    judge, random_model = judging
    model, shape, what = random_model(np.random.default_rng())
    classes = reach(model, torch.randn(shape)).classes
    # That something parts one training shows; that ties are kept each one must. On one batch all units of a ReLU may be shut.
    for _ in range(10):
        result = judge.judge(model, shape, classes, steps=100)
        assert result.upheld, f"{what} {result}"
        if not result.unseen:
            break
    assert not result.unseen, f"{what} {result}"


def repeated(torch):
    """Of six units two pairs are equal, and in the last layer only one pair's weights."""
    nn = torch.nn
    model = nn.Sequential(nn.Linear(3, 6), nn.Tanh(), nn.Linear(6, 2)).double()
    with torch.no_grad():
        for a, b in ((0, 1), (2, 3)):
            model[0].weight[b], model[0].bias[b] = model[0].weight[a].clone(), model[0].bias[a].clone()
        model[2].weight[:, 1] = model[2].weight[:, 0].clone()
    return model


def test_the_judge_rejects_what_is_false(judging, torch):
    """Grossly: all frozen. Slightly: one more pair tied, one entry frozen, one sign turned, one pair said to be distinct."""
    judge, _ = judging
    model = repeated(torch)
    found = reach(model)
    assert found.reachable == found.parameters - 6

    def judged(change):
        classes = {name: labels.copy() for name, labels in found.classes.items()}
        change(classes)
        return judge.judge(model, (8, 3), classes, steps=30)

    right = judged(lambda classes: None)
    assert right.upheld
    assert right.unseen == 0

    def tie(classes):
        classes["0.bias"][2] = classes["0.bias"][3]

    def turn(classes):
        classes["0.weight"][1, 2] *= -1

    def freeze(classes):
        classes["2.bias"][1] = 0

    def part(classes):
        classes["0.bias"][1] = found.reachable + 1

    assert not judged(lambda classes: [labels.fill(0) for labels in classes.values()]).upheld
    for change in (tie, turn, freeze):
        assert not judged(change).upheld
    assert judged(part).unseen == 1


def test_rounding_alone_moves_equal_units_behind_a_layer_norm(judging, torch):
    """One step leaves the space by what is rounding: in float32 by the ratio of the precisions more."""
    judge, _ = judging
    nn = torch.nn
    model = nn.Sequential(
        nn.Linear(4, 6), nn.LayerNorm(6), nn.Tanh(), nn.Linear(6, 6), nn.LayerNorm(6), nn.Linear(6, 2)
    )
    for parameter in model.parameters():
        nn.init.constant_(parameter, 0.3)
    found = reach(model, torch.randn(8, 4))
    assert found.reachable < found.parameters
    result = judge.judge(model.double(), (8, 4), found.classes)
    assert result.upheld

    def outside(dtype):
        space = judge.Space(model.to(dtype), found.classes)
        worst = 0.0
        for _ in range(20):
            gradient = space.gradient(torch.randn(8, 4, dtype=dtype) * 3)
            worst = max(worst, np.abs(gradient - space.projected(gradient)).max() / np.abs(gradient).max())
        return worst

    single, double = outside(torch.float32), outside(torch.float64)
    assert double < 1e-5 * single
