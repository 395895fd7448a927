"""A network of arrays as a differentiable model, for experiments that show why its parameters are tied or frozen."""

from __future__ import annotations

from typing import Any

import numpy as np

from symcheck.adapters.reach_autograd import AutogradModel
from symcheck.network import Network
from symcheck.reference.arithmetic import activate

_SAMPLES = 8


def network_model(network: Network) -> AutogradModel:
    """With the names of the exact grade, ``weights[i]`` and ``biases[i]``.

    Raises:
        SubjectError: an activation that has no values.
    """
    params = {f"weights[{i}]": np.asarray(w, np.float64) for i, w in enumerate(network.weights)}
    params |= {f"biases[{i}]": np.asarray(b, np.float64) for i, b in enumerate(network.biases) if b is not None}

    def outputs(held: Any, x: Any) -> Any:
        for i in range(network.depth):
            x = x @ held[f"weights[{i}]"].T
            if f"biases[{i}]" in held:
                x = x + held[f"biases[{i}]"]
            if i < len(network.activations):
                x = activate(x, network.activations[i])
        return x

    return AutogradModel(outputs, params, np.ones((_SAMPLES, network.sizes[0])))
