"""What keras documents for its layers: the law of the initializer that the layer was given, unless a rule says otherwise.

``{kernel_initializer}`` stands for the law of the layer's initializer of that name (keras 3.15).
"""

from __future__ import annotations

from symcheck.laws.layers import Rule

_BIAS = Rule("bias", "{bias_initializer}")
_DENSE = {"kernel": Rule("weight", "{kernel_initializer}"), "bias": _BIAS}
_DEPTHWISE = {"kernel": Rule("weight", "{depthwise_initializer}"), "bias": _BIAS}
_SEPARABLE = {
    "depthwise_kernel": Rule("weight", "{depthwise_initializer}"),
    "pointwise_kernel": Rule("weight", "{pointwise_initializer}"),
    "bias": _BIAS,
}
_NORMALIZED = {
    "gamma": Rule("scale", "{gamma_initializer}"),
    "beta": Rule("shift", "{beta_initializer}"),
    "moving_mean": Rule("state", "{moving_mean_initializer}"),
    "moving_variance": Rule("state", "{moving_variance_initializer}"),
}
_LSTM = ("input", "forget", "cell", "output")
_GRU = ("update", "reset", "new")


def _recurrent(gates: tuple[str, ...], *laws_of_parts: tuple[str, str]) -> dict[str, Rule]:
    return {
        "kernel": Rule("weight", "{kernel_initializer}", gates, -1),
        "recurrent_kernel": Rule("weight", "{recurrent_initializer}", gates, -1),
        "bias": Rule("bias", "{bias_initializer}", gates, -1, laws_of_parts),
    }


#: Kind of layer -> name of a variable in it -> rule.
KERAS_LAYERS: dict[str, dict[str, Rule]] = {
    "keras.layers.Dense": _DENSE,
    "keras.layers.EinsumDense": _DENSE,
    **{f"keras.layers.Conv{n}D": _DENSE for n in (1, 2, 3)},
    **{f"keras.layers.Conv{n}DTranspose": _DENSE for n in (1, 2, 3)},
    **{f"keras.layers.DepthwiseConv{n}D": _DEPTHWISE for n in (1, 2)},
    **{f"keras.layers.SeparableConv{n}D": _SEPARABLE for n in (1, 2)},
    "keras.layers.Embedding": {"embeddings": Rule("table", "{embeddings_initializer}")},
    "keras.layers.LSTMCell": _recurrent(_LSTM, ("forget", "{forget}")),
    "keras.layers.GRUCell": _recurrent(_GRU),
    "keras.layers.SimpleRNNCell": _recurrent(()),
    "keras.layers.BatchNormalization": _NORMALIZED,
    "keras.layers.LayerNormalization": _NORMALIZED,
    "keras.layers.GroupNormalization": _NORMALIZED,
    "keras.layers.RMSNormalization": {"scale": Rule("scale", "ones")},
    "keras.layers.PReLU": {"alpha": Rule("other", "{alpha_initializer}")},
}
