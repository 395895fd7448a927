"""Do the weights of a network have the structure of their law: constant, identity, orthogonal, sparse, Hadamard?"""

from __future__ import annotations

from symcheck.checks.bench import promised
from symcheck.checks.definition import Skip, UnfiledFinding, failed, network_check, passed
from symcheck.checks.network_bench import NetworkBench
from symcheck.checks.network_law import form_of
from symcheck.checks.structure import structure_missed
from symcheck.errors import counted
from symcheck.fans import Layer


@network_check("rounding")
def structure(bench: NetworkBench) -> UnfiledFinding:
    """The weights of each layer have the structure of their law: constant, identity, orthogonal, sparse, Hadamard.

    Causes: Layers left at their default, an initializer that was never called, a gain or a factor on top of it.
    Remedy: Initialize the layer the message names; --law takes a gain, as in 'orthogonal(1.41)'.
    """
    law = promised(bench.law)
    if law.independent:
        raise Skip("the entries of this law are independent draws")
    bench.finite_needed()
    for number, weight in enumerate(bench.network.weights, 1):
        layer = Layer(*weight.shape)
        if missed := structure_missed(law, layer, weight, form_of(weight)):
            message = f"layer {number} ({layer}) is not {law.name}: {missed.sentence}"
            return failed(message, measured=missed.by, expected=0.0)
    return passed(f"{law.name}, to rounding, in {counted(bench.network.depth, 'layer')}")
