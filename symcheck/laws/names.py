"""Names of laws: the parser of what a user writes, and the aliases that libraries have for one law."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symcheck.errors import LawError, did_you_mean, listed
from symcheck.laws.expressions import QUANTITIES, Expression, expression_of, quoted, read_tree
from symcheck.laws.law import CATALOGUE, Law, law_of_expressions
from symcheck.texts import plain

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
#: Parameters that are words; all others are numbers.
_WORDS = ("mode", "distribution")


def parse_law(text: str | Law, library: str | None = None, sizes: Mapping[str, int] | None = None) -> Law:
    """Read a law: ``he_normal``, ``constant(0.5)``, ``uniform(-1/fan_in, 1/fan_in)``, ``0.01 * randn``.

    Args:
        library: where the subject comes from; in jax, flax and keras a bare ``he_normal`` (``glorot_normal``,
            ``lecun_normal``) is the truncated normal law.
        sizes: numbers that arguments may name, beside the fans; in the law's name each stands as a number.

    Raises:
        LawError: no such law, or arguments that do not fit.
    """
    if isinstance(text, Law):
        return text
    try:
        tree = read_tree(text)
    except SyntaxError:
        opened = text.count("(") - text.count(")")
        if opened > 0:
            closed = quoted(text.strip() + ")" * opened)
            raise LawError(f"{quoted(text)} has a bracket that is not closed: write {closed}") from None
        raise LawError(f"{quoted(text)} is not the name of a law; see symcheck laws") from None
    return _Reader(text, library, sizes or {}).law(tree)


@dataclass(frozen=True)
class _Reader:
    """What one text is read with: the arguments of :func:`parse_law`."""

    text: str
    library: str | None
    sizes: Mapping[str, int]

    def law(self, tree: ast.expr) -> Law:
        if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Mult | ast.Div):
            return self._scaled(tree)
        call = tree if isinstance(tree, ast.Call) else None
        name = call.func if call else tree
        if not isinstance(name, ast.Name):
            raise LawError(f"{quoted(self.text)} is not the name of a law; see symcheck laws")
        key = ALIASES.get(name.id.lower(), name.id.lower())
        if key not in CATALOGUE:
            near = did_you_mean(name.id, [*CATALOGUE, *ALIASES])
            raise LawError(f"no law is named {quoted(name.id)}{near or f'; known are {listed(CATALOGUE)}'}")
        arguments = {k.arg or "**": k.value for k in call.keywords} if call else {}
        bound = _bound(key, call.args if call else [], arguments)
        values = {k: self._word(v) if k in _WORDS else self._number(v) for k, v in bound.items()}
        if self.library in TRUNCATED_BY_NAME and _is_normal_by_default(key):
            values.setdefault("distribution", "truncated_normal")
        if any(isinstance(v, Expression) for v in values.values()):
            _refuse_misfits(key, values)
            return law_of_expressions(key, values)
        return build_law(key, **values)

    def _scaled(self, tree: ast.BinOp) -> Law:
        """A number before or after randn, or one that it is divided by."""
        product = isinstance(tree.op, ast.Mult)
        named = product and isinstance(tree.right, ast.Name | ast.Call) and _names_a_law(tree.right)
        number, name = (tree.left, tree.right) if named else (tree.right, tree.left)
        law = self.law(name) if not isinstance(name, ast.Constant) else None
        known = _parameters_of_normal(law) if law else None
        if known is None:
            text = quoted(self.text)
            raise LawError(f"a factor is only read before randn, as in '0.01 * randn'; write gain=... in {text}")
        factor = self._number(number)
        if (
            product
            and not isinstance(factor, Expression | str)
            and not any(isinstance(v, Expression) for v in known.values())
        ):
            return CATALOGUE["normal"](**{k: factor * v for k, v in known.items()})
        operator = "*" if product else "/"
        return law_of_expressions("normal", {k: _combined(v, operator, factor) for k, v in known.items()})

    def _word(self, tree: ast.expr) -> Any:
        if isinstance(tree, ast.Name):
            return tree.id
        return tree.value if isinstance(tree, ast.Constant) else self._number(tree)

    def _number(self, tree: ast.expr) -> Any:
        """A number as it is; arithmetic as an expression; a text as it is, for whoever wants a number to refuse."""
        if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
            return tree.value
        read = expression_of(tree, self.text, [*QUANTITIES, *self.sizes]).with_numbers(self.sizes)
        match read:
            case Expression(head=int() | float() as number):
                return number
            case Expression(head="negative", parts=(Expression(head=int() | float() as number),)):
                return -number
        return read


def _names_a_law(tree: ast.Name | ast.Call) -> bool:
    name = tree.func if isinstance(tree, ast.Call) else tree
    return isinstance(name, ast.Name) and name.id.lower() in (*CATALOGUE, *ALIASES)


def _is_normal_by_default(name: str) -> bool:
    chosen = inspect.signature(CATALOGUE[name]).parameters.get("distribution")
    return chosen is not None and chosen.default == "normal"


def _parameters_of_normal(law: Law) -> dict[str, Any] | None:
    if law.formula is not None:
        return dict(law.formula.parameters) if law.formula.law == "normal" else None
    if law.entries is None or law.family != "normal":
        return None
    return {"std": law.entries.std, **({"mean": law.entries.mean} if law.entries.mean else {})}


def _combined(value: float | Expression, operator: str, factor: float | Expression) -> Expression:
    if operator == "*" and value == 1:
        return _as_expression(factor)
    return Expression(operator, (_as_expression(value), _as_expression(factor)))


def _as_expression(value: float | Expression) -> Expression:
    if isinstance(value, Expression):
        return value
    value = int(value) if value == int(value) and abs(value) < 1e15 else value
    # A number that is read has no sign of its own.
    return Expression(value) if value >= 0 else Expression("negative", (Expression(-value),))


def _bound(name: str, positional: Sequence[Any], keywords: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments by the names of a law's parameters.

    Raises:
        LawError: they do not fit.
    """
    signature = inspect.signature(CATALOGUE[name])
    try:
        return dict(signature.bind(*positional, **keywords).arguments)
    except TypeError as error:
        shown = f"({', '.join(signature.parameters)})"
        raise LawError(f"{name}{shown} cannot take these arguments: {plain(str(error), 200)}") from None


def build_law(name: str, *positional: Any, **keywords: Any) -> Law:
    """A law of the catalogue with its parameters.

    Raises:
        LawError: the parameters do not fit.
    """
    bound = _bound(name, positional, keywords)
    _refuse_misfits(name, bound)
    return CATALOGUE[name](**bound)


def _refuse_misfits(name: str, values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        wants_text = key in _WORDS
        if wants_text != isinstance(value, str) or (not wants_text and not isinstance(value, int | float | Expression)):
            shown = value if isinstance(value, Expression) else plain(repr(value), 200)
            raise LawError(f"{key} of {name} must be a {'name' if wants_text else 'number'}, not {shown}")
