"""What a user gave as laws: the name of one, laws by pattern, or a file of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from symcheck.errors import RecipeError, an
from symcheck.laws.law import Law
from symcheck.recipes.patterns import split_rule
from symcheck.recipes.recipe import Recipe
from symcheck.texts import type_name

#: A law, laws by pattern as a mapping, or texts of which each is a law or ``PATTERN=LAW``.
Given = str | Law | Recipe | Mapping[str, str | Law] | Sequence[str] | None


def promise_of(law: Given, recipe: str | Path | Recipe | None = None) -> str | Law | Recipe | None:
    """One law, or a recipe: rules that are given beside a file come after those in it.

    Raises:
        RecipeError: a rule or the file cannot be read, or a law for everything is given beside laws by pattern.
    """
    read = recipe if isinstance(recipe, Recipe | None) else Recipe.read(recipe)
    if isinstance(law, Recipe):
        return _joined(read, law)
    if isinstance(law, Mapping):
        return _joined(read, Recipe.from_mapping(law))
    texts = [law] if isinstance(law, str) else law
    if isinstance(texts, Law | None):
        single: str | Law | None = texts
        rules: list[str] = []
    elif isinstance(texts, list | tuple) and all(isinstance(text, str) for text in texts):
        rules = [text for text in texts if _is_rule(text)]
        others = [text for text in texts if not _is_rule(text)]
        if len(others) > 1 or (others and rules):
            raise RecipeError(
                f"{others[0]!r} names no parameters, and there are other laws beside it; write PATTERN=LAW, as in '*={others[0]}'"
            )
        single = others[0] if others else None
    else:
        raise RecipeError(f"a law is given by its name, or by {{pattern: name}}, not by {an(type_name(law))}")
    if rules:
        return _joined(read, Recipe.parse(rules, read.sizes if read else None))
    if single is not None and read is not None:
        raise RecipeError("a law for everything and a recipe cannot be given together; write PATTERN=LAW")
    return single if read is None else read


def _joined(first: Recipe | None, second: Recipe) -> Recipe:
    if first is None:
        return second
    own = {str(rule.target) for rule in second.rules}
    kept = tuple(rule for rule in first.rules if str(rule.target) not in own)
    return replace(first, rules=(*kept, *second.rules))


def _is_rule(text: str) -> bool:
    parts = split_rule(text)
    return parts is not None and parts[0].count("(") <= parts[0].count(")") and bool(parts[0].strip())
