"""Names of laws: the parser of what a user writes, and the aliases that libraries have for one law."""

from __future__ import annotations

import ast
import inspect
from typing import Any

from symcheck.errors import LawError, did_you_mean, listed
from symcheck.laws.law import CATALOGUE, Law

ALIASES = {
    "kaiming_normal": "he_normal",
    "kaiming_uniform": "he_uniform",
    "xavier_normal": "glorot_normal",
    "xavier_uniform": "glorot_uniform",
    "randn": "normal",
    "eye": "identity",
    "zero": "zeros",
    "one": "ones",
}

#: Libraries in which ``he_normal`` and its kin mean the truncated, variance-corrected law.
TRUNCATED_BY_NAME = ("jax", "flax", "keras")


def parse_law(text: str | Law, library: str | None = None) -> Law:
    """Read a law: ``he_normal``, ``constant(0.5)``, ``glorot_normal(gain=1.67)``, ``0.01 * randn``.

    Args:
        library: where the subject comes from; in jax, flax and keras a bare ``he_normal`` (``glorot_normal``,
            ``lecun_normal``) is the truncated normal law.

    Raises:
        LawError: no such law, or arguments that do not fit.
    """
    if isinstance(text, Law):
        return text
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        opened = text.count("(") - text.count(")")
        if opened > 0:
            raise LawError(
                f"{text!r} has a bracket that is not closed: write {text.strip() + ')' * opened!r}"
            ) from None
        raise LawError(f"{text!r} is not the name of a law; see symcheck laws") from None
    law = _build(tree, text)
    if library in TRUNCATED_BY_NAME and law.family == "normal" and law.scale is not None and _bare(tree):
        return CATALOGUE[law.name.split("(")[0]](law.gain, law.mode, "truncated_normal")
    return law


def _bare(tree: ast.expr) -> bool:
    """Whether a law is written without saying which distribution it has."""
    if not isinstance(tree, ast.Call):
        return True
    named = isinstance(tree.func, ast.Name) and tree.func.id != "variance_scaling"
    return named and len(tree.args) < 3 and all(k.arg != "distribution" for k in tree.keywords)


def _build(tree: ast.expr, text: str) -> Law:
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Mult):
        number, name = (tree.left, tree.right) if not isinstance(tree.right, ast.Constant) else (tree.right, tree.left)
        factor, law = _literal(number, text), _build(name, text)
        if law.entries is not None and law.family == "normal" and isinstance(factor, int | float):
            return CATALOGUE["normal"](law.entries.std * factor, law.entries.mean * factor)
        raise LawError(f"a factor is only read before randn, as in '0.01 * randn'; write gain=... in {text!r}")
    call = tree if isinstance(tree, ast.Call) else None
    name = call.func if call else tree
    if not isinstance(name, ast.Name):
        raise LawError(f"{text!r} is not the name of a law; see symcheck laws")
    key = ALIASES.get(name.id.lower(), name.id.lower())
    if key not in CATALOGUE:
        near = did_you_mean(name.id, [*CATALOGUE, *ALIASES])
        raise LawError(f"no law is named {name.id!r}{near or f'; known are {listed(CATALOGUE)}'}")
    positional = [_literal(a, text) for a in call.args] if call else []
    keywords = {k.arg or "**": _literal(k.value, text) for k in call.keywords} if call else {}
    return build_law(key, *positional, **keywords)


def build_law(name: str, *positional: Any, **keywords: Any) -> Law:
    """A law of the catalogue with its parameters.

    Raises:
        LawError: the parameters do not fit.
    """
    function = CATALOGUE[name]
    signature = inspect.signature(function)
    try:
        bound = signature.bind(*positional, **keywords)
    except TypeError as error:
        raise LawError(f"{name}{_shown(signature)} cannot take these arguments: {error}") from None
    for key, value in bound.arguments.items():
        wants_text = key in ("mode", "distribution")
        if wants_text != isinstance(value, str) or (not wants_text and not isinstance(value, int | float)):
            raise LawError(f"{key} of {name} must be a {'name' if wants_text else 'number'}, not {value!r}")
    return function(*bound.args, **bound.kwargs)


def _shown(signature: inspect.Signature) -> str:
    return f"({', '.join(signature.parameters)})"


def _literal(tree: ast.expr, text: str) -> Any:
    if isinstance(tree, ast.Name):
        return tree.id
    try:
        return ast.literal_eval(tree)
    except ValueError:
        raise LawError(f"the arguments of {text!r} must be numbers or names") from None
