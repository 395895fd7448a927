"""What does a function over modules do to each layer of the library?"""

from __future__ import annotations

from symcheck.checks.definition import Skip, UnfiledFinding, failed, parameter_check, passed, warned
from symcheck.checks.parameters.bench import ParameterBench
from symcheck.checks.parameters.sentences import named


@parameter_check("observed")
def applied(bench: ParameterBench) -> UnfiledFinding:
    """A function over modules writes something, all of what it writes, and does not raise on any layer of the library.

    Causes: isinstance of another class, a copy that is written to (``m.weight.data.clone()``), ``m.bias.data`` of a layer
    without a bias, an initializer for matrices on a norm's vector.
    Remedy: Ask isinstance for the layers that are meant, and whether there is a bias.
    """
    facts = bench.subject.facts.applied
    if facts is None:
        raise Skip("the subject is no function over modules")
    if not facts.touched:
        why = f": it raises {facts.raised[0][1]} on {facts.raised[0][0]}" if facts.raised else ""
        return failed(f"it changes nothing, in any of {len(facts.left)} parameters of the library's layers{why}")
    if facts.partly:
        return failed(f"it writes only a part of {named(facts.partly)}, and leaves the rest as it was")
    writes = (
        f"writes {named(facts.touched)}; leaves {named(facts.left)} as it was" if facts.left else "writes everything"
    )
    if facts.raised:
        told = "; ".join(f"on {name}: {text}" for name, text in facts.raised[:4])
        return warned(f"raises {told}. Else it {writes}")
    return passed(writes)
