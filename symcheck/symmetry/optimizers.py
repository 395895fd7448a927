"""Optimizers by what their update keeps, which is all that a decision about ties needs to know of them.

- ``equitable``: an odd entrywise function of the gradient history, or an odd matrix polynomial of it, plus a
  scalar multiple of the weight. Ties need equal sums of weights over classes.
- ``coupled``: an entrywise function of the weight and of the gradient history together (L1, Adam with L2
  added to the gradient). Equal sums are not enough: the weights themselves must agree, class by class, up to
  their order inside a class; then the updates agree in the same order.
- ``dropout``: a random mask on every hidden unit. Only what is zero stays equal.
- ``noise``: independent noise on every parameter. Nothing is kept.
"""

from __future__ import annotations

from symcheck.errors import UnknownOptimizer, listed

#: The class of each optimizer that `certify` knows by name.
OPTIMIZERS: dict[str, str] = {
    **dict.fromkeys(
        [
            "sgd",
            "momentum",
            "nesterov",
            "adagrad",
            "rmsprop",
            "adam",
            "adamw",
            "lion",
            "signsgd",
            "sgd_l2",
            "l2",
            "muon",
        ],
        "equitable",
    ),
    **dict.fromkeys(("sgd_l1", "l1", "adam_l2", "adam_l1", "rmsprop_l2"), "coupled"),
    "dropout": "dropout",
    "noise": "noise",
}

#: The classes themselves, which `certify` accepts as names too.
OPTIMIZER_CLASSES = ("equitable", "coupled", "dropout", "noise")


def optimizer_class(name: str) -> str:
    """The class of an optimizer: ``equitable``, ``coupled``, ``dropout`` or ``noise``.

    Raises:
        UnknownOptimizer: no optimizer and no class has this name.
    """
    key = str(name).strip().lower().replace("-", "_")
    if key in OPTIMIZER_CLASSES:
        return key
    if key in OPTIMIZERS:
        return OPTIMIZERS[key]
    raise UnknownOptimizer(f"no optimizer is named {name!r}; known are {listed(OPTIMIZERS)}")


#: What the optimizers of a class do, as one says it of training.
_TRAINED = {
    "equitable": "SGD, momentum, Adam, AdamW and their kin",
    "coupled": "L1, or Adam with L2 in the gradient",
    "dropout": "dropout, which keeps no tie",
    "noise": "noise on every weight, which keeps no tie",
}


def trained_with(optimizer: str) -> str:
    """The class of optimizers that a decision about ties holds for, with its members."""
    kind = optimizer_class(optimizer)
    return f"{kind} optimizers ({_TRAINED[kind]})"
