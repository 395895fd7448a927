"""Laws of initializers, with their parameters."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from inspect import Parameter, signature

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from symcheck.laws.families import DISTRIBUTIONS
from symcheck.laws.law import CATALOGUE, MODES, Law
from symcheck.laws.names import build_law
from symcheck.strategies.number import Numbers, dyadics
from symcheck.strategies.validation import choices, number_bounds


def laws(
    *,
    names: Collection[str] = tuple(CATALOGUE),
    random: bool | None = None,
    min_scale: float = 0.25,
    max_scale: float = 4.0,
) -> st.SearchStrategy[Law]:
    """Laws of the catalogue; shrinks to the first name, with its parameters at 1 or at the lower bound.

    Args:
        names: of the catalogue.
        random: True for the laws whose draws differ, False for the others, None for all.
        min_scale, max_scale: bounds of standard deviations, gains and scales.

    Raises:
        InvalidArgument: an unknown name, or options that leave no law.
    """
    wanted = choices(names, "names", tuple(CATALOGUE))
    number_bounds(min_scale, max_scale, "scale", above=0)
    scales = dyadics(min_value=min_scale, max_value=max_scale, denominator=2**6)
    left = [name for name in wanted if random is None or _example(name).random == random]
    if not left:
        raise InvalidArgument(f"no law of names={list(wanted)} is {'random' if random else 'deterministic'}")
    return st.sampled_from(left).flatmap(lambda name: _laws_of(name, scales))


def _example(name: str) -> Law:
    return build_law(name, *(0.5 for p in _parameters(name).values() if p.default is p.empty))


def _parameters(name: str) -> Mapping[str, Parameter]:
    return signature(CATALOGUE[name]).parameters


def _laws_of(name: str, scales: Numbers) -> st.SearchStrategy[Law]:
    parameters = _parameters(name)
    if not parameters:
        return st.just(build_law(name))
    if "distribution" in parameters:
        size = next(iter(parameters))
        return st.builds(
            lambda value, mode, distribution: build_law(name, mode=mode, distribution=distribution, **{size: value}),
            scales,
            st.sampled_from(MODES),
            st.sampled_from(tuple(DISTRIBUTIONS)),
        )
    if name == "uniform":
        return st.builds(lambda width, low: build_law(name, low=low, high=low + width), scales, dyadics())
    if name == "sparse":
        shares = dyadics(min_value=0.0, max_value=0.875, denominator=8)
        return st.builds(lambda share, std: build_law(name, sparsity=share, std=std), shares, scales)
    if name == "constant":
        return dyadics().map(lambda value: build_law(name, value=value))
    return scales.map(lambda scale: build_law(name, scale))
