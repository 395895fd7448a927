"""What keras documents for its layers: the law of the initializer that the layer was given, unless a rule says otherwise.

``{kernel_initializer}`` stands for the law of the layer's initializer of that name (keras 3.15).
"""

from __future__ import annotations

from symcheck.laws.layers import DocumentedLaw

_BIAS = DocumentedLaw("bias", "{bias_initializer}")
_DENSE = {"kernel": DocumentedLaw("weight", "{kernel_initializer}"), "bias": _BIAS}
_DEPTHWISE = {"kernel": DocumentedLaw("weight", "{depthwise_initializer}"), "bias": _BIAS}
_SEPARABLE = {
    "depthwise_kernel": DocumentedLaw("weight", "{depthwise_initializer}"),
    "pointwise_kernel": DocumentedLaw("weight", "{pointwise_initializer}"),
    "bias": _BIAS,
}
_NORMALIZED = {
    "gamma": DocumentedLaw("scale", "{gamma_initializer}"),
    "beta": DocumentedLaw("shift", "{beta_initializer}"),
    "moving_mean": DocumentedLaw("state", "{moving_mean_initializer}"),
    "moving_variance": DocumentedLaw("state", "{moving_variance_initializer}"),
}
_LSTM = ("input", "forget", "cell", "output")
_GRU = ("update", "reset", "new")


def _recurrent(gates: tuple[str, ...], *laws_of_parts: tuple[str, str]) -> dict[str, DocumentedLaw]:
    return {
        "kernel": DocumentedLaw("weight", "{kernel_initializer}", gates, -1),
        "recurrent_kernel": DocumentedLaw("weight", "{recurrent_initializer}", gates, -1),
        "bias": DocumentedLaw("bias", "{bias_initializer}", gates, -1, laws_of_parts),
    }


#: Kind of layer -> name of a variable in it -> rule.
KERAS_LAYERS: dict[str, dict[str, DocumentedLaw]] = {
    "keras.layers.Dense": _DENSE,
    "keras.layers.EinsumDense": _DENSE,
    **{f"keras.layers.Conv{n}D": _DENSE for n in (1, 2, 3)},
    **{f"keras.layers.Conv{n}DTranspose": _DENSE for n in (1, 2, 3)},
    **{f"keras.layers.DepthwiseConv{n}D": _DEPTHWISE for n in (1, 2)},
    **{f"keras.layers.SeparableConv{n}D": _SEPARABLE for n in (1, 2)},
    "keras.layers.Embedding": {"embeddings": DocumentedLaw("table", "{embeddings_initializer}")},
    "keras.layers.LSTMCell": _recurrent(_LSTM, ("forget", "{forget}")),
    "keras.layers.GRUCell": _recurrent(_GRU),
    "keras.layers.SimpleRNNCell": _recurrent(()),
    "keras.layers.BatchNormalization": _NORMALIZED,
    "keras.layers.LayerNormalization": _NORMALIZED,
    "keras.layers.GroupNormalization": _NORMALIZED,
    "keras.layers.RMSNormalization": {"scale": DocumentedLaw("scale", "ones")},
    "keras.layers.PReLU": {"alpha": DocumentedLaw("other", "{alpha_initializer}")},
}
