"""Are there numbers at all? Every entry finite, every entry written by somebody."""

from __future__ import annotations

import numpy as np

from symcheck.checks.definition import Skip, UnfiledFinding, failed, parameter_check, passed
from symcheck.checks.parameters.bench import ParameterBench
from symcheck.checks.parameters.sentences import first_few, named
from symcheck.checks.sentences import not_finite
from symcheck.distribution.survey import Survey
from symcheck.errors import counted
from symcheck.file_arrays import in_memory
from symcheck.parameters import Parameter


@parameter_check("exact")
def finite(bench: ParameterBench) -> UnfiledFinding:
    """No entry of a parameter is NaN or infinite. What is kept and not trained may be: a mask of minus infinity is.

    Causes: Weights that were never initialized, a division by a fan of zero, a damaged file, a diverged training run.
    Remedy: Initialize the parameter the message names.
    """
    found = [text for p in bench.parameters.values() if (text := _not_finite(p, bench.surveys.get(p.name)))]
    if found:
        return failed(first_few(found, "such parameters"), measured=len(found), expected=0)
    numbers = sum(p.values.size for p in bench.parameters.values() if p.values is not None)
    return passed(f"{numbers:,} numbers in {counted(len(bench.parameters), 'parameter')} are finite")


def _not_finite(parameter: Parameter, found: Survey | None) -> str:
    if found is None or found.first_bad is None or parameter.role == "state":
        return ""
    place, value = found.first_bad
    where = tuple(int(i) for i in np.unravel_index(place, parameter.shape))
    return not_finite(found.bad, found.entries, f"entries of {parameter.name}", value, where)


@parameter_check("exact")
def written(bench: ParameterBench) -> UnfiledFinding:
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
        if p.values is not None
        and p.role != "state"
        and p.values.dtype.kind == "f"
        and np.isnan(in_memory(p.values)).any()
    ]
    if unwritten:
        return failed(
            f"nobody writes {named(unwritten)}: what it holds is what the memory held before",
            measured=len(unwritten),
            expected=0,
        )
    return passed(f"all of {counted(len(bench.parameters), 'parameter')} are written")
