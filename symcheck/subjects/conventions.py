"""How an initializer is called: the role of each of its parameters, read off its signature."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from symcheck.errors import SubjectError, listed

_NAMES = {
    "shape": "shape size dims shp output_shape weight_shape array_shape",
    "fan_in": "fan_in n_in in_features in_dim nin input_size input_dim in_size d_in n_inputs num_inputs inputs"
    " in_channels n_input fanin prev n_prev in_units dim_in in num_in n_inp inp size_in dim_input input_features n_features"
    " n_in_features d_input n_previous previous prev_size prev_units prev_dim ins n_from cols columns n_cols ncols",
    "fan_out": "fan_out n_out out_features out_dim nout output_size output_dim out_size d_out n_outputs num_outputs"
    " outputs out_channels n_output fanout units out_units n_units dim_out num_out n_outp outp size_out dim_output"
    " output_features d_output next n_next next_size next_units next_dim outs n_to n_hidden hidden_size hidden_units"
    " n_neurons neurons n_curr n_current curr current rows n_rows nrows",
    "sizes": "layer_size layer_sizes layers layers_dims layer_dims layers_dim sizes layers_size n_units_per_layer"
    " architecture",
    "index": "l layer layer_index index idx i k layer_idx",
    "rng": "rng generator gen numpy_rng np_rng",
    "key": "key prng_key rng_key prngkey",
    "random_state": "random_state rs",
    "seed": "seed random_seed",
    "tensor": "tensor t w weight weights out array arr target buffer",
    "dtype": "dtype",
    "ops": "ops",
}
#: Names that are a fan only beside a name of the other one: ``f(n_prev, n)``, ``f(in_, out)``, ``f(n, n_next)``.
_OTHER_FAN = ("n", "m", "k", "out", "size", "dim", "width", "nodes", "n_l", "nl")
_ROLE = {name: role for role, names in _NAMES.items() for name in names.split()}

#: Ways to draw that a subject may offer, as they are written in --call.
CONVENTIONS = (
    "f(shape)",
    "f(shape, rng)",
    "f(rng, shape)",
    "f(*shape)",
    "f(fan_in, fan_out)",
    "f(fan_out, fan_in)",
    "f(layer_size, l)",
    "f_(tensor)",
    "f(key, shape, dtype)",
    "f(shape, dtype)",
)

#: Names in use for the shape of an array, for the sizes of all layers, and for what is to be filled.
_VAGUE = ("size", "dims", "shp", "tensor", "t", "w", "weight", "weights", "out", "array", "arr", "target", "buffer")

#: Annotations that tell an array from a shape, and whose array it is.
_TELLING = re.compile(r"Tensor|[Aa]rray")

#: Roles that say nothing of what to draw.
BESIDE = ("rng", "key", "random_state", "seed", "dtype", "ops")
_DRAWING = {"shape", "fan_in", "fan_out", "sizes", "tensor", "star_shape"}


@dataclass(frozen=True)
class Convention:
    """The roles to pass, in order: positional ones, and keyword ones by parameter name."""

    positional: tuple[str, ...]
    keywords: dict[str, str] = field(default_factory=dict)
    result: str = ""
    #: Whether every role is told by a name or an annotation that means nothing else.
    certain: bool = True

    @property
    def roles(self) -> tuple[str, ...]:
        """All roles, positional ones first."""
        return (*self.positional, *self.keywords.values())

    @property
    def in_place(self) -> bool:
        """Whether the subject writes into a tensor it is given."""
        return "tensor" in self.positional

    @property
    def seeded(self) -> bool:
        """Whether randomness is passed in as an argument."""
        return any(r in ("rng", "key", "random_state", "seed") for r in self.roles)

    @property
    def whole_network(self) -> bool:
        """Whether the subject draws all layers at once: ``f(layer_sizes)``, or ``f(n_x, n_h, n_y)`` of a fixed depth."""
        return "width" in self.roles or ("sizes" in self.roles and "index" not in self.roles)

    @property
    def dense_only(self) -> bool:
        """Whether the convention can only ask for matrices."""
        return not {"shape", "tensor", "star_shape", "like"} & set(self.roles)

    def __str__(self) -> str:
        shown = {"sizes": "layer_size", "index": "l", "star_shape": "*shape", "like": "array"}
        parts = [shown.get(r, r) for r in self.positional]
        parts += [name if name == role else f"{name}={role}" for name, role in self.keywords.items()]
        return f"{'f_' if self.in_place else 'f'}({', '.join(parts)}){self.result}"


def parse_convention(text: str) -> Convention:
    """Read ``--call``: ``f(shape, rng)``, ``f(fan_in, fan_out)``, ``f_(tensor)``, ...

    Raises:
        SubjectError: a part that names no known role, or nothing that says what to draw.
    """
    match = re.fullmatch(r"\s*f_?\((.*)\)\s*", text)
    roles = []
    for part in match[1].split(",") if match else []:
        name = part.strip()
        role = "star_shape" if name.startswith("*") else _ROLE.get(name.lower())
        if role is None:
            raise SubjectError(f"--call {text!r}: {name!r} is not a known argument; write one of {listed(CONVENTIONS)}")
        roles.append(role)
    if not _DRAWING & set(roles):
        raise SubjectError(f"--call {text!r} does not say what to draw; write one of {listed(CONVENTIONS)}")
    return Convention(tuple(roles))


def read_convention(function: Callable[..., Any], name: str) -> Convention | None:
    """Find the convention from the signature; None when the function takes nothing that has a role (a factory).

    Raises:
        SubjectError: the signature leaves it open how to call it.
    """
    parameters = parameters_of(function)
    if parameters is None:
        raise SubjectError(
            f"{name} does not tell its parameters; say how to call it with --call, e.g. --call 'f(shape)'"
        )
    positional: list[str] = []
    keywords: dict[str, str] = {}
    skipped = False
    other_fans = _other_fans(parameters)
    for p in parameters:
        required = p.default is p.empty
        role = other_fans.get(p.name) or role_of(p)
        if p.kind is p.VAR_POSITIONAL:
            if not positional and _star_shape(p.name):
                positional.append("star_shape")
            continue
        if p.kind is p.VAR_KEYWORD:
            continue
        if role is None and required:
            positional.append(f"?{p.name}")
        elif role is None or (not required and role in ("tensor", "ops", "index")):
            skipped = True
        elif p.kind is p.KEYWORD_ONLY or skipped:
            keywords[p.name] = role
        elif not required and role == "dtype":
            skipped = True
        else:
            positional.append(role)
    convention = _settle(positional, keywords, name, parameters)
    if convention is None or not _left_open(parameters, convention):
        return convention
    return replace(convention, certain=False)


def _left_open(parameters: list[inspect.Parameter], convention: Convention) -> bool:
    """Whether a role rests on a name that may mean something else, or on there being no other role left."""
    required = [p for p in parameters if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
    if any(p.kind is p.VAR_POSITIONAL and p.name != "shape" for p in required):
        return True
    drawing = [p for p in required if role_of(p) not in BESIDE]
    vague = [p for p in drawing if p.name.lower().strip("_") in _VAGUE and not _TELLING.search(str(p.annotation))]
    guessed = len(drawing) == 1 and role_of(drawing[0]) is None
    return bool(vague) or guessed or sum(role in ("fan_in", "fan_out") for role in convention.positional) > 2


def _other_fans(parameters: list[inspect.Parameter]) -> dict[str, str]:
    """Roles of parameters whose names say little, next to the only one that names a fan."""
    required = [
        p for p in parameters if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    fans = [role for p in required if (role := role_of(p)) in ("fan_in", "fan_out")]
    vague = [p.name for p in required if p.name.lower().strip("_") in _OTHER_FAN]
    if len(fans) != 1 or len(vague) != 1:
        return {}
    return {vague[0]: "fan_out" if fans[0] == "fan_in" else "fan_in"}


def _star_shape(name: str) -> bool:
    return name in ("shape", "size", "dims", "args", "d", "sizes")


def parameters_of(function: Callable[..., Any]) -> list[inspect.Parameter] | None:
    """The parameters of a callable; None where it does not tell them."""
    try:
        return list(inspect.signature(function).parameters.values())
    except (ValueError, TypeError):
        return None


def role_of(p: inspect.Parameter) -> str | None:
    """The role that a parameter's name or annotation tells; None where it tells none."""
    role = _ROLE.get(p.name.lower().strip("_"))
    annotation = str(p.annotation)
    if role is None and "Tensor" in annotation:
        return "tensor"
    if role is None and "Generator" in annotation:
        return "rng"
    if role == "rng" and p.default is None and "torch" in annotation:
        return None
    return role


def _settle(
    positional: list[str], keywords: dict[str, str], name: str, parameters: list[inspect.Parameter]
) -> Convention | None:
    unknown = [r for r in positional if r.startswith("?")]
    roles = set(positional) | set(keywords.values())
    if len(unknown) == 1 and "sizes" in roles and "index" not in roles:
        positional = ["index" if r == unknown[0] else r for r in positional]
        unknown = []
    if len(unknown) == 1 and not _DRAWING & roles:
        positional = ["shape" if r == unknown[0] else r for r in positional]
        unknown = []
    half = ("fan_in" in roles) != ("fan_out" in roles)
    roles = set(positional) | set(keywords.values())
    if not unknown and not half and _DRAWING & roles:
        return Convention(tuple(positional), keywords)
    if not positional and not keywords:
        return None
    shown = ", ".join(p.name for p in parameters)
    if unknown and len(unknown) < len(positional):
        missing = ", ".join(f"{r[1:]}=..." for r in unknown)
        raise SubjectError(
            f"{name}({shown}) needs values for {listed([r[1:] for r in unknown])}: bind them, as in {name}({missing}), "
            f"or say how to call it with --call, one of {listed(CONVENTIONS)}"
        )
    raise SubjectError(f"cannot tell how to call {name}({shown}); say it with --call, one of {listed(CONVENTIONS)}")


def is_factory(function: Callable[..., Any], name: str) -> bool:
    """Whether something can be called in none of the ways in which an initializer is."""
    try:
        return read_convention(function, name) is None
    except SubjectError:
        return False
