"""Which entries of kernels an image meets, and that models are fed images that meet all of them."""

from itertools import product

import numpy as np
import pytest

from symcheck import reach


def seen(torch, convolution, size):
    """Which entries of the kernel have a gradient, by a single channel of ones."""
    image = torch.ones(1, 1, *[size] * len(convolution.kernel_size), dtype=torch.float64)
    convolution(image).pow(2).sum().backward()
    return int((convolution.weight.grad == 0).sum())


@pytest.mark.parametrize("transposed", [False, True])
def test_entries_that_meet_nothing_have_no_gradient(transposed, torch):
    from symcheck.adapters.kernels_torch import watched

    tried = 0
    for kernel, stride, dilation, padding, size in product((1, 2, 3, 5), (1, 2, 3), (1, 2), (0, 1, 2), (1, 2, 3, 6)):
        kind = torch.nn.ConvTranspose2d if transposed else torch.nn.Conv2d
        convolution = kind(1, 1, kernel, stride, padding, dilation=dilation, bias=False).double()
        torch.nn.init.ones_(convolution.weight)
        try:
            missed = seen(torch, convolution, size)
        except RuntimeError:
            continue
        with watched(convolution) as kernels:
            convolution(torch.ones(1, 1, size, size, dtype=torch.float64))
        assert kernels.missed == missed, (kernel, stride, dilation, padding, size)
        tried += 1
    assert tried > 100


@pytest.mark.parametrize("padding", ["same", "valid", "circular"])
def test_padding_by_name(padding, torch):
    from symcheck.adapters.kernels_torch import watched

    mode = {"padding": 1, "padding_mode": padding} if padding == "circular" else {"padding": padding}
    convolution = torch.nn.Conv1d(1, 1, 3, bias=False, **mode).double()
    torch.nn.init.ones_(convolution.weight)
    size = 3 if padding == "valid" else 1
    with watched(convolution) as kernels:
        missed = seen(torch, convolution, size)
    assert kernels.missed == missed == (2 if padding == "same" else 0)


def test_images_are_large_enough_for_every_kernel(torch):
    model = torch.nn.Sequential(
        *(torch.nn.Conv2d(3, 4, 3, padding=1), torch.nn.Tanh(), torch.nn.MaxPool2d(2, ceil_mode=True)),
        *(torch.nn.Conv2d(4, 4, 3, padding=1), torch.nn.Tanh(), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()),
        torch.nn.Linear(4, 2),
    )
    found = reach(model)
    assert found.fed.startswith("normal numbers (8, 3, 3, 3)")
    assert found.reachable == found.parameters
    assert found.not_visited == 0


def test_a_kernel_that_no_image_fills_is_told_as_not_visited(torch):
    pooled = torch.nn.Conv2d(4, 4, 3, padding=1, bias=False)
    model = torch.nn.Sequential(
        *(torch.nn.Conv2d(3, 4, 1), torch.nn.Tanh(), torch.nn.AdaptiveAvgPool2d(1), pooled, torch.nn.Flatten())
    )
    found = reach(model)
    assert np.asarray(found.frozen) == 0
    assert found.not_visited == 4 * 4 * 8


def test_what_meets_padding_alone_says_so(torch, cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "strided.py").write_text(
        "import torch\n"
        "from torch import nn\n"
        "layers = [l for _ in range(4) for l in (nn.Conv2d(2, 2, 3, 2, 1), nn.Tanh())]\n"
        "model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 2)), torch.rand(4, 2, 8, 8)\n"
    )
    done = cli("reach", "strided.py:model")
    assert done.status == 0
    assert "32 of 36 not visited: on inputs of this size they meet padding alone" in " ".join(done.out.split())
    assert "20 of 36 not visited: on inputs of this size they meet padding alone" in " ".join(done.out.split())
