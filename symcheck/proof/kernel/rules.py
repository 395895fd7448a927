"""The rules of inference: one closed table, which nothing outside of this file extends.

A rule gets the step and the scope and returns a rewrite of one side of an equation; it raises `NotApplicable` with the
reason where the step asks for something that the rule does not give. What a rule needs (a range that is not empty, a
divisor that is not 0, that everything passes through a layer) it asks of `signs` and `dependence`, which know only what they can show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from symcheck.proof.kernel.calculus import fundamental_theorem, known_values, limit, product_of_cosines
from symcheck.proof.kernel.derivatives import chain_rule, differentiate
from symcheck.proof.kernel.equations import algebra, cases, congruence, definition, powers, substitute
from symcheck.proof.kernel.means import for_every_function, higher_powers, linearity
from symcheck.proof.kernel.steps import Rewrite, Scope, Step
from symcheck.proof.kernel.sums import collapse, count, exchange, factor, sum_rule

RULES: Final[Mapping[str, Callable[[Step, Scope], Rewrite]]] = MappingProxyType(
    {
        "algebra": algebra,
        "add exponents": powers,
        "definition": definition,
        "substitute": substitute,
        "congruence of sums": congruence,
        "cases": cases,
        "sum rule": sum_rule,
        "factor out of a sum": factor,
        "count equal terms": count,
        "exchange sums": exchange,
        "collapse a sum": collapse,
        "differentiate": differentiate,
        "chain rule": chain_rule,
        "linearity of E": linearity,
        "for every function": for_every_function,
        "reduce higher powers": higher_powers,
        "fundamental theorem": fundamental_theorem,
        "product of cosines": product_of_cosines,
        "known values": known_values,
        "take the limit": limit,
    }
)
