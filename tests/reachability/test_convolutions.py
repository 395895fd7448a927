"""Convolutional networks with the initializations that people give them are no fault; one channel copied is."""

import pytest

from symcheck import assert_trainable, reach

NAMES = [
    *("plain", "tanh without norms", "residual", "residual, norms first", "depthwise", "inverted, squeezed"),
    *("squeeze-excite", "dense", "branches", "scaled depthwise"),
]


@pytest.fixture
def cnns(torch):
    import small_cnns

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield small_cnns
    torch.set_num_threads(before)


def test_every_network_is_named(cnns):
    assert list(cnns.CNNS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_defaults_are_no_fault(name, cnns, torch):
    model = cnns.small_cnn(name)
    inputs = torch.randn(6, 3, 8, 8)
    assert_trainable(model, inputs)
    found = reach(model, inputs)
    biases = {f.parameter for f in found.frozen_parameters}
    assert all(name.endswith("bias") for name in biases)


def test_a_copied_channel_is_a_fault(cnns, torch):
    """Slight: one of eight channels, and the head sees both alike."""
    model = cnns.small_cnn("tanh without norms")
    with torch.no_grad():
        model[3].weight[5], model[3].bias[5] = model[3].weight[2].clone(), model[3].bias[2].clone()
        model[7].weight[:, 5] = model[7].weight[:, 2].clone()
    with pytest.raises(
        AssertionError, match="7 of 8 move apart; alike are 2, 5, by the initialization: they start alike"
    ):
        assert_trainable(model, torch.randn(6, 3, 8, 8))
