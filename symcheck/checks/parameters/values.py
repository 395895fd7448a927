"""Are there numbers at all? Every entry finite, every entry written by somebody."""

from __future__ import annotations

import numpy as np

from symcheck.checks.definition import Skip, Verdict, failed, parameter_check, passed
from symcheck.checks.parameters.bench import ParameterBench
from symcheck.checks.parameters.sentences import first_few, named
from symcheck.checks.sentences import not_finite
from symcheck.errors import counted
from symcheck.parameters import Parameter


@parameter_check("exact")
def finite(bench: ParameterBench) -> Verdict:
    """No entry of a parameter is NaN or infinite. What is kept and not trained may be: a mask of minus infinity is.

    Causes: Weights that were never initialized, a division by a fan of zero, a damaged file, a diverged training run.
    Remedy: Initialize the parameter the message names.
    """
    found = [text for p in bench.parameters.values() if (text := _not_finite(p))]
    if found:
        return failed(first_few(found, "such parameters"), measured=len(found), expected=0)
    numbers = sum(p.values.size for p in bench.parameters.values() if p.values is not None)
    return passed(f"{numbers:,} numbers in {counted(len(bench.parameters), 'parameter')} are finite")


def _not_finite(parameter: Parameter) -> str:
    values = parameter.values
    if values is None or values.dtype.kind not in "fc" or parameter.role == "state":
        return ""
    bad = ~np.isfinite(values)
    number = int(np.count_nonzero(bad))
    if not number:
        return ""
    where = tuple(int(i) for i in np.argwhere(bad)[0])
    return not_finite(number, values.size, f"entries of {parameter.name}", values[where], where)


@parameter_check("exact")
def written(bench: ParameterBench) -> Verdict:
    """Every entry of every trained parameter is written while the model is built. Memory that is asked for without contents
    (torch.empty and its kin) is filled with NaN meanwhile, so that what nobody writes is seen.

    Causes: torch.empty without an initialization behind it, skip_init, a module on the meta device that was never
    materialized, an init function that does not know this kind of layer.
    Remedy: Initialize the parameter the message names, in the module's reset_parameters or in your own init function.
    """
    absent = [f"{p.name} {p.absent}" for p in bench.parameters.values() if p.absent]
    if absent:
        return failed(first_few(absent, "without values"), measured=len(absent), expected=0)
    if not bench.factory:
        raise Skip("the model was built before: memory that nobody wrote can only be told by what it holds")
    unwritten = [
        p.name
        for p in bench.build(1).parameters
        if p.values is not None and p.role != "state" and p.values.dtype.kind == "f" and np.isnan(p.values).any()
    ]
    if unwritten:
        return failed(
            f"nobody writes {named(unwritten)}: what it holds is what the memory held before",
            measured=len(unwritten),
            expected=0,
        )
    return passed(f"all of {counted(len(bench.parameters), 'parameter')} are written")
