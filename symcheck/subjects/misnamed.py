"""What to write instead, where a text names neither code with a colon, nor a file of weights, nor a law."""

from __future__ import annotations

import ast
import os.path
import re
from pathlib import Path

from symcheck.errors import SubjectError, listed
from symcheck.subjects.files import SUFFIXES

_FORMS = (
    "write package.module:attribute, file.py:attribute, weights.npz, weights.safetensors or a law such as he_normal"
)
#: Of files whose formats run code when they are loaded, or that only their own library reads, or that hold a single array.
OTHER_SUFFIXES = (".npy", ".ckpt", ".pkl", ".pickle", ".joblib", ".h5", ".hdf5", ".keras", ".msgpack", ".onnx")
_SHORT = {"np": "numpy", "jnp": "jax.numpy", "nn": "torch.nn", "tf": "tensorflow", "sp": "scipy"}


def refuse_misnamed(text: str) -> None:
    """Say what to write where a text is plainly meant to name something else than a law.

    Raises:
        SubjectError: it is.
    """
    if not text.strip():
        raise SubjectError(f"{text!r} names nothing to check: {_FORMS}")
    path = Path(text)
    if text.endswith((".py", ".ipynb")):
        if not os.path.isfile(path):
            raise SubjectError(f"there is no file {text!r}")
        names = _defined(path)
        hint = f"{text}:{names[0]}" if len(names) == 1 else f"{text}:NAME"
        has = f"; it defines {listed(names)}".replace(" or ", " and ") if len(names) > 1 else ""
        network = "initialize(sizes, rng), forward(params, X) and gradients(params, X, Y)"
        raise SubjectError(
            f"{text} is a file of code: say what in it is to be checked, as in {hint}{has}; for a network that is not read from it "
            f"give it {network}"
        )
    if text.endswith(".npy"):
        raise SubjectError(
            f"{text} is a single array; save the layers together: numpy.savez('weights.npz', W1=..., W2=...)"
        )
    if text.lower().endswith(OTHER_SUFFIXES):
        raise SubjectError(
            f"{text} is in a format that symcheck does not load; save the weights as .npz or .safetensors, or write a "
            "function that loads the model and name it, as in nets.py:load"
        )
    if os.path.isdir(path):
        raise SubjectError(f"{text} is a folder: {_FORMS}")
    if re.fullmatch(r"[\w.~-]*[/\\][\w./\\~-]*", text):
        raise SubjectError(f"{text!r} names nothing to check: {_FORMS}")
    if re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+(\(.*\))?", text):
        _refuse_dotted(text)


def _refuse_dotted(text: str) -> None:
    name, bracket, arguments = text.partition("(")
    first, *rest = name.split(".")
    parts = [*_SHORT.get(first, first).split("."), *rest]
    module, last = ".".join(parts[:-1]), parts[-1] + bracket + arguments
    choices = [f"{module}:{last}", *([f"{'.'.join(parts)}:NAME"] if len(parts) == 2 and not bracket else [])]
    raise SubjectError(f"{text} has no colon between a module and what in it is to be checked: write {listed(choices)}")


def _defined(path: Path) -> list[str]:
    """Public functions and classes of a file, read without running it."""
    try:
        body = ast.parse(path.read_bytes()).body
    except (SyntaxError, ValueError, OSError, RecursionError, MemoryError):
        return []
    kinds = (ast.FunctionDef, ast.ClassDef)
    return [node.name for node in body if isinstance(node, kinds) and not node.name.startswith("_")][:8]


def names_a_module(text: str) -> bool:
    """Whether a text without a colon may name a module or a file of code: weights and names of laws do not."""
    if text.lower().endswith((*SUFFIXES, *OTHER_SUFFIXES)):
        return False
    return text.endswith((".py", ".ipynb")) or ("." in text and all(part.isidentifier() for part in text.split(".")))
