"""A user's own test file under pytest, as in a build: it fails on faults with messages fit for a log, and passes what is sound."""

import subprocess
import sys
from pathlib import Path

import pytest

FILE = """
import copy
import torch
from torch import nn
from symcheck import assert_trainable


class LoRA(nn.Module):
    def __init__(self, spread):
        super().__init__()
        self.base = nn.Linear(8, 8).requires_grad_(False)
        self.A = nn.Parameter(torch.randn(2, 8) * spread)
        self.B = nn.Parameter(torch.zeros(8, 2))

    def forward(self, x):
        return self.base(x) + x @ self.A.T @ self.B.T


class Ensemble(nn.Module):
    def __init__(self, cloned):
        super().__init__()
        made = [nn.Sequential(nn.Linear(3, 6), nn.Tanh(), nn.Linear(6, 2)) for _ in range(3)]
        self.members = nn.ModuleList([copy.deepcopy(made[0]) for _ in made] if cloned else made)

    def forward(self, x):
        return torch.stack([member(x) for member in self.members]).mean(0)


def rectified(dead):
    model = nn.Sequential(nn.Linear(6, 12), nn.ReLU(), nn.Linear(12, 8), nn.ReLU(), nn.Linear(8, 3))
    if dead:
        nn.init.uniform_(model[2].weight, -1, -0.1)
        nn.init.zeros_(model[2].bias)
    else:
        nn.init.constant_(model[2].bias, 3.0)
    return model


def build():
    return LoRA(0.0)


def test_lora():
    assert_trainable(LoRA(1.0))


def test_lora_zero_on_both_sides():
    assert_trainable(LoRA(0.0))


def test_ensemble():
    assert_trainable(Ensemble(False))


def test_ensemble_cloned():
    assert_trainable(Ensemble(True))


def test_sign_dead():
    assert_trainable(rectified(True))


def test_rectified():
    assert_trainable(rectified(False))


def test_allowed():
    assert_trainable(Ensemble(True), allow=["members.*"])


def test_encoder():
    assert_trainable(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True))
"""

LOG = [
    "training can move 32 parameters in 0 dimensions only",
    "A, B: all 32 frozen by the initialization: zero on both sides of a product: it moves once A or B starts at random",
    "training can move 114 parameters in 38 dimensions only",
    "members.0-2: 3 copies move alike in 3 parameters each by the initialization: they start alike: draw each anew",
    "dead by sign, no input opens it: with the signs of 2.weight turned it moves",
]


def test_a_build(tmp_path, torch):
    (tmp_path / "test_models.py").write_text(FILE)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "test_models.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "3 failed, 5 passed" in done.stdout
    failed = {line.split("::")[1].split()[0] for line in done.stdout.splitlines() if line.startswith("FAILED")}
    assert failed == {"test_lora_zero_on_both_sides", "test_ensemble_cloned", "test_sign_dead"}
    for line in LOG:
        assert line in done.stdout
    assert "symcheck/reachability" not in done.stdout


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ("3x6x6", "normal numbers (8, 3, 6, 6)"),
        ("3x0", "--input is a sample's shape"),
        ("tokens:6", "--input is a"),
        ("999999x999999x999999", "8 samples of this shape are more than"),
        ("tokens:9999999999:2", "one batch would be more than"),
    ],
)
def test_input_option(shape, said, cli, tmp_path: Path, monkeypatch, torch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "convolution_to_reach.py").write_text(
        "from torch import nn\nmodel = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Tanh(), nn.Flatten(), nn.Linear(64, 2))\n"
    )
    done = cli("reach", "convolution_to_reach.py:model", "--input", shape)
    assert said in " ".join((done.out + done.err).split())
    assert done.status == (0 if said.startswith("normal") else 2)


def test_token_option(cli, tmp_path: Path, monkeypatch, torch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "table_to_reach.py").write_text(
        "from torch import nn\nmodel = nn.Sequential(nn.Embedding(40, 4), nn.Linear(4, 2))\n"
    )
    done = cli("reach", "table_to_reach.py:model", "--input", "tokens:3:30")
    assert "40 of 160 not visited" in " ".join(done.out.split())
    assert done.status == 0
