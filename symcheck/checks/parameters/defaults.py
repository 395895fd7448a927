"""Known layers and what their library documents for them: kept, or replaced and by what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symcheck.checks.definition import Skip, UnfiledFinding, failed, parameter_check, passed
from symcheck.checks.parameters.bench import ParameterBench
from symcheck.checks.parameters.held import Held
from symcheck.checks.parameters.identified import identified
from symcheck.checks.parameters.sentences import first_few, grouped, pattern_of
from symcheck.checks.parameters.structure import miss_of
from symcheck.checks.samples import judge_bounds, judge_family, judge_mean, judge_scale
from symcheck.diagnosis.identified import Identified
from symcheck.distribution.atoms import atoms_test
from symcheck.errors import counted


@dataclass(frozen=True)
class Kept:
    """Whether a parameter is as its library documents it."""

    held: Held
    kept: bool


def kept(bench: ParameterBench) -> list[Kept]:
    """Of every parameter of a known layer that no rule of the recipe decides, whether it has its documented law."""
    decided = {held.parameter.name for held in bench.held} if bench.recipe is not None else set()
    open_ = [p for name, p in bench.valued.items() if name not in decided]
    return [Kept(held, _follows(bench, held)) for held in bench.documented_of(open_)]


def _follows(bench: ParameterBench, held: Held) -> bool:
    if not held.law.independent:
        miss, _, allowed = miss_of(held, held.values, np.random.default_rng([bench.seed, 10]))
        return miss is None or miss <= allowed
    sample, limit = bench.sample(held), bench.alpha
    if sample.too_coarse:
        return True
    outcomes = [judge(sample, limit) for judge in (judge_scale, judge_mean, judge_bounds, judge_family)]
    if any(o is not None and o.p_value < limit for o in outcomes):
        return False
    # A few zeros are no rare draw by their scale, and have no chance as numbers.
    return atoms_test(sample.drawn, sample.ideal).p_value >= limit


@parameter_check("statistical")
def default(bench: ParameterBench) -> UnfiledFinding:
    """Parameters of known layers are as their library documents them; where the user's code drew them anew, it is said of
    which, and what they look like. A layer of the library on its own must be as documented.

    Causes: A library that deviates from its documentation, or a layer class that was changed.
    Remedy: Hold the model to a recipe (symcheck recipe writes a first one) where its laws are to be tested.
    """
    judged = kept(bench)
    if not judged:
        raise Skip("no parameter belongs to a layer whose initialization is documented, or the recipe decides all")
    replaced = [k.held for k in judged if not k.kept]
    same = [k.held.parameter.name for k in judged if k.kept]
    default_said = f"{counted(len(set(same)), 'parameter')} as the library documents"
    if not replaced:
        return passed(default_said)
    looks = first_few(_all_looks(bench, replaced), "patterns")
    if bench.subject.facts.of_library:
        said = replaced[0].said
        return failed(f"{looks}, but {said}", measured=len(replaced), expected=0)
    return passed(f"{default_said}; replaced: {looks}")


def _all_looks(bench: ParameterBench, replaced: Sequence[Held]) -> list[str]:
    """What was drawn anew looks like: as one law where one is consistent with all weights, else pattern by pattern."""
    random = [h for h in replaced if h.parameter.role == "weight" and bench.surveys[h.parameter.name].constant is None]
    together = identified(bench, [h.parameter for h in random], bench.alpha) if len(random) > 1 else None
    if together is None or together.law is None or (together.law.scale is None and len(together.consistent) > 1):
        return [_looks(bench, group) for group in _grouped(replaced)]
    rest = [h for h in replaced if h not in random]
    return [
        f"{grouped([h.name for h in random])} (looks like {_law(together)}{_before_relu(random, together)})",
        *(_looks(bench, g) for g in _grouped(rest)),
    ]


def _law(found: Identified) -> str:
    others = " or another law that they do not tell from it" if len(found.consistent) > 1 else ""
    return f"{found.law.name}{others}" if found.law is not None else "no law of the catalogue"


def _grouped(held: Sequence[Held]) -> list[list[Held]]:
    groups: dict[tuple[str, str], list[Held]] = {}
    for one in held:
        groups.setdefault((one.parameter.layer, pattern_of(one.name)), []).append(one)
    return list(groups.values())


def _looks(bench: ParameterBench, group: Sequence[Held]) -> str:
    members = [one.parameter for one in group]
    found = identified(bench, members, bench.alpha)
    return f"{grouped([one.name for one in group])} (looks like {_law(found)}{_before_relu(group, found)})"


def _before_relu(group: Sequence[Held], found: Identified) -> str:
    """What is to be said of half of He's variance before a ReLU."""
    law = found.law
    if law is None or law.scale is None or not all(one.parameter.rectified for one in group):
        return ""
    lecun = law.mode == "fan_in" and abs(law.scale * law.gain**2 - 1) < 1e-6
    return "; relu follows, and this is LeCun's scale: He's has a 2" if lecun else ""
