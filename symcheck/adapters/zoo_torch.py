"""One of each layer of torch, and a small model of them, for functions over modules to be tried on."""

from __future__ import annotations

from torch import nn


class Zoo(nn.Module):  # type: ignore[misc]
    """Layers by name, wide enough for their scales to show; a tower of some of them has modules within modules."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(192, 256)
        self.linear_without_bias = nn.Linear(160, 224, bias=False)
        self.bilinear = nn.Bilinear(24, 16, 32)
        self.conv1d = nn.Conv1d(32, 64, 5)
        self.conv2d = nn.Conv2d(24, 48, 3)
        self.conv2d_grouped = nn.Conv2d(48, 96, 3, groups=4)
        self.conv3d = nn.Conv3d(8, 32, 3)
        self.conv_transpose2d = nn.ConvTranspose2d(48, 24, 3)
        self.embedding = nn.Embedding(200, 64, padding_idx=0)
        self.lstm = nn.LSTM(32, 48)
        self.gru = nn.GRU(24, 40)
        self.attention = nn.MultiheadAttention(64, 4)
        self.layer_norm = nn.LayerNorm(64)
        self.batch_norm2d = nn.BatchNorm2d(48)
        self.group_norm = nn.GroupNorm(4, 48)
        self.prelu = nn.PReLU(16)
        self.tower = nn.Sequential(nn.Linear(96, 128), nn.ReLU(), nn.Sequential(nn.Linear(128, 64), nn.Tanh()))
