"""What equinox documents for its layers (its source, equinox 0.13)."""

from __future__ import annotations

from symcheck.laws.layers import DocumentedLaw

_FAN_IN = "uniform(-1/sqrt(fan_in), 1/sqrt(fan_in))"
_HIDDEN = "uniform(-1/sqrt({hidden}), 1/sqrt({hidden}))"
_DENSE = {"weight": DocumentedLaw("weight", _FAN_IN), "bias": DocumentedLaw("bias", _FAN_IN)}
_NORMALIZED = {"weight": DocumentedLaw("scale", "ones"), "bias": DocumentedLaw("shift", "zeros")}
_LSTM = ("input", "forget", "cell", "output")
_GRU = ("reset", "update", "new")


def _recurrent(gates: tuple[str, ...]) -> dict[str, DocumentedLaw]:
    return {
        "weight_[ih]h": DocumentedLaw("weight", _HIDDEN, gates),
        "bias": DocumentedLaw("bias", _HIDDEN, gates),
        "bias_n": DocumentedLaw("bias", _HIDDEN),
    }


#: Kind of layer -> pattern of a parameter's name in it -> rule.
EQUINOX_LAYERS: dict[str, dict[str, DocumentedLaw]] = {
    "equinox.nn.Linear": _DENSE,
    "equinox.nn.Conv": _DENSE,
    "equinox.nn.ConvTranspose": _DENSE,
    "equinox.nn.Embedding": {"weight": DocumentedLaw("table", "normal(1)")},
    "equinox.nn.LSTMCell": _recurrent(_LSTM),
    "equinox.nn.GRUCell": _recurrent(_GRU),
    **{f"equinox.nn.{kind}": _NORMALIZED for kind in ("LayerNorm", "GroupNorm", "RMSNorm", "BatchNorm")},
}
