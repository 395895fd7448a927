"""Nodes of jax's trees that are no dictionary, list or tuple, such as dataclasses that a library registers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jax

Closed = Callable[[Any], Any]


def opened(tree: Any) -> tuple[Any, Closed]:
    """The same tree of dictionaries, lists and tuples alone, and what makes the tree of one of these."""
    if isinstance(tree, Mapping):
        parts = {key: opened(one) for key, one in tree.items()}
        return (
            {key: plain for key, (plain, _) in parts.items()},
            lambda found: {key: closed(found[key]) for key, (_, closed) in parts.items()},
        )
    if isinstance(tree, list | tuple):
        some = [opened(one) for one in tree]
        named = hasattr(tree, "_fields")

        def closed_list(found: Any) -> Any:
            inside = [closed(one) for (_, closed), one in zip(some, found, strict=True)]
            return type(tree)(*inside) if named else type(tree)(inside)

        plain_parts = [plain for plain, _ in some]
        return type(tree)(*plain_parts) if named else type(tree)(plain_parts), closed_list
    if tree is None or jax.tree_util.all_leaves([tree]):
        return tree, lambda found: found
    children, structure = jax.tree_util.tree_flatten_with_path(tree, is_leaf=lambda node: node is not tree)
    below = {_name(path): opened(child) for path, child in children}
    return (
        {name: plain for name, (plain, _) in below.items()},
        lambda found: structure.unflatten([closed(found[name]) for name, (_, closed) in below.items()]),
    )


def _name(path: Any) -> str:
    part = path[0]
    return str(getattr(part, "name", getattr(part, "idx", getattr(part, "key", part))))
