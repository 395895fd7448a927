"""What the first sentence has to say of each one-line change of tests/subjects/scratch/faults.py, by what was changed."""

from __future__ import annotations

_MISSING = "derivative of the activation is missing"
_ERROR = "what goes back is the error and not delta"
_UPDATED = "weights are updated before delta goes back through them"

WORDS = {
    "averaged twice": "loss averaged twice",
    "not averaged": "dW is summed over the samples without the loss's mean",
    "derivative of the activation missing": _MISSING,
    "one number for all biases": "one number for all biases",
    "dW2 in place of W2": "dW stands in the place of W",
    "derivative of tanh without the square": "derivative of tanh is written as 1 - h",
    "bias forgotten in the forward": "bias is not added",
    "derivative at the wrong layer": "derivative of the activation is taken in the layer above",
    "output's derivative missing": "derivative of the output activation is missing",
    "relu's mask forgotten": _MISSING,
    "bias gradient is a mean": "db is averaged over the samples twice",
    "errors not sent through the output's derivative": _ERROR,
    "weights used after they were updated": _UPDATED,
    "softmax over the wrong axis": "softmax is taken over the samples",
    "bias gradient of the whole batch": "one number for all biases",
    "one gradient in place of another": "dW stands in the place of W",
    "derivative of the output at its sum": "derivative of sigmoid is written as 1 - h",
    "update of the bias forgotten": "gradient of the bias forgotten",
    "derivative of the hidden layer missing": _MISSING,
    "mask of the inputs": _MISSING,
    "bias gradient keeps its axis": "drop keepdims",
    "activation on the wrong array": "takes z of the layer below",
    "momentum with the wrong sign": "derivative of sigmoid is written as h:",
    "bias column passed back": "derivative of sigmoid is written as h * (1 + h)",
    "derivative assigned and not added": "used several times are overwritten",
    "derivative of tanh": "derivative of tanh is written as 1 - h",
    "dvalues of the wrong side": _MISSING,
    "inputs not averaged": "loss not averaged over the samples",
    "error not passed back": _MISSING,
    "deriv of the pre-activation": "sigmoid itself, called a second time",
    "error in place of delta": _ERROR,
    "hidden delta without its derivative": _MISSING,
    "update of the output's weights before they are used": _UPDATED,
    "derivative of tanh in one function": "derivative of tanh is written as 1 - h",
    "error of the guard's loop": "a mistake that is no known one",
    "power of tanh forgotten": "derivative of tanh is written as 1 - h",
    "mask of the lists forgotten": _MISSING,
    "weights of a private dictionary updated first": _UPDATED,
    "bias gradient of a handed slope is a mean": "db is averaged over the samples twice",
    "bias before the derivative": "db is taken before the derivative of the activation",
    "mask beside the settings forgotten": _MISSING,
    "derivative beside the bias units": "derivative of sigmoid is written as h",
    "derivative beside the dropped": _MISSING,
    "mask of a script forgotten": _MISSING,
}
