"""Initialization as people write it with torch: right code, and code with one slip."""

import math
from functools import partial

import torch
from torch import nn


def fill(t, std):
    return nn.init.normal_(t, 0.0, std)


def lecun_in_a_helper_(tensor):
    return fill(tensor, tensor.size(1) ** -0.5) if tensor.dim() == 2 else fill(tensor, tensor[0].numel() ** -0.5)


def lecun_by_rows_in_a_helper_(tensor):
    return fill(tensor, tensor.size(0) ** -0.5)


small_normal_ = partial(nn.init.normal_, std=0.02)


def init_weights(m):
    if isinstance(m, (nn.Linear, nn.Conv2d)):
        nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
        if m.bias is not None:
            nn.init.zeros_(m.bias)


def init_weights_of_a_copy(m):
    if isinstance(m, nn.Linear):
        m.weight.data.clone().normal_(0, 0.02)


def init_every_weight(m: nn.Module):
    for p in m.parameters():
        nn.init.normal_(p, 0.0, 0.02)


def init_params(net, std=0.02):
    for m in net.modules():
        if isinstance(m, nn.Linear):
            nn.init.normal_(m.weight, std=std)


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.ln = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.fc = nn.Linear(width, 4 * width)
        self.mlp_proj = nn.Linear(4 * width, width)


class GPT(nn.Module):
    def __init__(self, layers=2, width=64):
        super().__init__()
        self.wte = nn.Embedding(96, width)
        self.blocks = nn.ModuleList(Block(width) for _ in range(layers))
        self.head = nn.Linear(width, 96, bias=False)
        self.head.weight = self.wte.weight
        self.apply(self._init_weights)
        for name, p in self.named_parameters():
            if name.endswith("proj.weight"):
                nn.init.normal_(p, 0.0, 0.02 / math.sqrt(2 * layers))

    def _init_weights(self, m):
        if isinstance(m, (nn.Linear, nn.Embedding)):
            nn.init.normal_(m.weight, 0.0, 0.02)
            if getattr(m, "bias", None) is not None:
                nn.init.zeros_(m.bias)


class OneProjectionUnscaled(GPT):
    def __init__(self):
        super().__init__()
        nn.init.normal_(self.blocks[1].mlp_proj.weight, 0.0, 0.02)


class WrongGainOfV(GPT):
    def __init__(self):
        super().__init__()
        with torch.no_grad():
            self.blocks[0].qkv.weight[128:] *= 1.25


class RandomGamma(GPT):
    def __init__(self):
        super().__init__()
        nn.init.normal_(self.blocks[1].ln.weight, 1.0, 0.02)


class NeverWritten(GPT):
    def __init__(self):
        super().__init__()
        self.blocks[0].fc.weight = nn.Parameter(torch.empty(256, 64))


class OneSeedForTwo(GPT):
    def __init__(self):
        super().__init__()
        for block in self.blocks:
            nn.init.normal_(block.fc.weight, 0.0, 0.02, generator=torch.Generator().manual_seed(7))


class HeadUntied(GPT):
    def __init__(self):
        super().__init__()
        self.head.weight = nn.Parameter(torch.randn(96, 64) * 0.02)


class Siren(nn.Module):
    def __init__(self, first=1.0):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(32, 256), nn.Linear(256, 256), nn.Linear(256, 64)])
        for i, layer in enumerate(self.layers):
            bound = first / 32 if i == 0 else math.sqrt(6 / 256) / 30
            nn.init.uniform_(layer.weight, -bound, bound)


class SirenFirstLayerLikeTheOthers(Siren):
    def __init__(self):
        super().__init__(first=32 * math.sqrt(6 / 32) / 30)


class Gates(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(32, 64)
        for gate in self.lstm.weight_hh_l0.chunk(4):
            nn.init.orthogonal_(gate.data)


class GatesAsOneMatrix(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(32, 64)
        nn.init.orthogonal_(self.lstm.weight_hh_l0)


class Policy(nn.Module):
    def __init__(self, gain=0.01):
        super().__init__()
        self.body = nn.Linear(64, 64)
        self.norm = nn.LayerNorm(64)
        self.head = nn.Linear(64, 6)
        nn.init.orthogonal_(self.body.weight, math.sqrt(2))
        nn.init.orthogonal_(self.head.weight, gain)


class PolicyWithAnOrdinaryHead(Policy):
    def __init__(self):
        super().__init__(gain=1.0)


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(500, 64, padding_idx=1)
        nn.init.normal_(self.emb.weight, 0.0, 64**-0.5)
        nn.init.zeros_(self.emb.weight[1].data)


class WordsWithAPaddingThatIsDrawn(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(500, 64, padding_idx=1)
        nn.init.normal_(self.emb.weight, 0.0, 64**-0.5)


def default_layers():
    return nn.Sequential(nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 6))


def cloned_layers():
    return nn.TransformerEncoder(nn.TransformerEncoderLayer(32, 4, 64), 2)


class OnMeta(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(16)
        self.fc = nn.Linear(16, 16, device="meta")


def built_and_walked(width=8):
    net = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width))
    for m in net.modules():
        if isinstance(m, nn.Linear):
            nn.init.normal_(m.weight, std=0.02)
            nn.init.zeros_(m.bias)
    return net


def masked():
    net = nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 8))
    net.register_buffer("mask", torch.full((8, 8), float("-inf")).triu(1))
    return net


def padded_embedding():
    return nn.Embedding(50, 16, padding_idx=0)


def biases_at_zero():
    net = nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 8))
    nn.init.zeros_(net[1].bias)
    return net


def lecun_before_relu() -> nn.Module:
    model = nn.Sequential(
        nn.Linear(256, 512), nn.LayerNorm(512), nn.ReLU(), nn.Sequential(nn.Linear(512, 256)), nn.ReLU()
    )
    for layer in (model[0], model[3][0]):
        nn.init.normal_(layer.weight, std=layer.in_features**-0.5)
    return model


def lecun_before_tanh() -> nn.Module:
    model = nn.Sequential(nn.Linear(256, 512), nn.Tanh(), nn.Linear(512, 256), nn.Tanh())
    for layer in (model[0], model[2]):
        nn.init.normal_(layer.weight, std=layer.in_features**-0.5)
    return model


def lecun_stack() -> nn.Module:
    model = nn.Sequential(nn.Linear(256, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 64))
    for layer in (model[0], model[2], model[4]):
        nn.init.normal_(layer.weight, std=layer.in_features**-0.5)
    return model


class LowRank(nn.Module):
    """A frozen layer with two factors beside it, of which one starts at zero."""

    def __init__(self, gain: float = 1.0) -> None:
        super().__init__()
        self.base = nn.Linear(64, 48)
        self.base.weight.requires_grad_(False)
        self.lora_A, self.lora_B = nn.Parameter(torch.zeros(8, 64)), nn.Parameter(torch.zeros(48, 8))
        nn.init.normal_(self.lora_A, std=gain / 8)


class LowRankOfNothing(LowRank):
    def __init__(self) -> None:
        super().__init__(0.0)
