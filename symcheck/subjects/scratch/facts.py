"""Facts: what was found of an author's code, part by part, with how each can be said otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from symcheck.subjects.data import PartFound, SecondOutputs
from symcheck.subjects.scratch.forms import FORMS
from symcheck.subjects.scratch.leaves import Leaf
from symcheck.subjects.scratch.matching import named
from symcheck.subjects.scratch.playing import MOMENTUM, RESULT, Operation, Place
from symcheck.subjects.scratch.reading import SAMPLES, Reading
from symcheck.subjects.scratch.second import told_apart
from symcheck.subjects.scratch.settings import DECLARED, MENTIONED, SEEN, UNUSED, Known
from symcheck.subjects.scratch.sources import returned
from symcheck.subjects.scratch.training import Slopes, Step, Trained

_TARGETS = {"same": "Y as X comes", "labels": "Y as the number of the class", "flat": "Y as one number for each sample"}


def lines(
    reading: Reading, trained: Trained, known: Known, second: Sequence[SecondOutputs] = ()
) -> tuple[PartFound, ...]:
    """Every part that was found, and what was not used.

    Args:
        second: what other functions give beside the forward.
    """
    note = reading.keeper.source.note
    found = [PartFound("network", note)] if note else []
    found += [
        *_parameters(reading, known),
        _forward(reading),
        _activations(known, mixed(reading)),
        *_training(reading, trained, known.settings.optimizer),
    ]
    used = {reading.forward.name, reading.keeper.initializer, *reading.keeper.source.inside}
    for part in (trained.slopes, trained.step):
        used |= {operation.name for operation in part.operations} if part is not None else set()
    used |= {trained.update.operation.name} if trained.update is not None else set()
    used |= {other.told.partition("(")[0] for other in second}
    found += [PartFound("beside it", words) for words in told_apart(second)]
    source = reading.keeper.source
    used = source.reached({name for name in used if name} | ({"__init__"} if source.of_class else set()))
    hanging = reading.keeper.hanging
    found += [PartFound("not taken", f"{name}, which {said} on {SAMPLES} samples") for name, said in hanging.items()]
    raising = _raising_updates(reading) if trained.update is None and trained.step is None else {}
    found += [PartFound("not taken", f"{call}, which raises {error}") for call, error in raising.values()]
    still = _still(reading)
    found += [
        PartFound("not taken", f"{call}, which leaves the parameters as they are on {SAMPLES} samples")
        for name, call in still.items()
        if name not in {*used, *raising}
    ]
    unused = [name for name in source.functions if name not in {*used, *hanging, *raising, *still}]
    if unused:
        found.append(PartFound("not used", ", ".join(unused)))
    return tuple(found)


def _raising_updates(reading: Reading) -> dict[str, tuple[str, str]]:
    """Of functions that are updates by their names, the call that was tried and what it raised."""
    updates = set(reading.keeper.source.ranked("update"))
    tried = {call.partition("(")[0]: (call, error) for call, error in reversed(reading.problems.items())}
    return {name: told for name, told in tried.items() if name in updates}


def _still(reading: Reading) -> dict[str, str]:
    """Of functions that train by their names, the call that moved nothing, where none of them did."""
    training = set(reading.keeper.source.ranked("train_step")) - reading.moving
    tried = {call.partition("(")[0]: call for call in sorted(reading.still, reverse=True)}
    return {name: call for name, call in tried.items() if name in training}


def _parameters(reading: Reading, known: Known) -> list[PartFound]:
    chain, keeper, told = reading.chain, reading.keeper, known.settings
    holder = (
        "globals of the module"
        if keeper.is_module
        else f"what {keeper.initializer} returns"
        if keeper.initializer
        else "self"
    )
    names = ", ".join(named(leaf, keeper.returned()) for leaf in chain.all_slots)
    first = chain.layers[0]
    some = [i for i, slots in enumerate(chain.layers, 1) if slots.biased]
    bias = (
        f"of layer {', '.join(map(str, some))} alone, and so kept at 0"
        if some and not known.settings.biases
        else "none"
        if not any(s.biased for s in chain.layers)
        else f"the {first.extra} entry of W"
        if first.extra
        else str(_axes(first.bias))
    )
    where = f"{names} in {holder}; W ({told.layout.replace('_', ', ')}), bias {bias}"
    found = [PartFound("parameters", where, f"layout = {told.layout!r}")]
    if keeper.making is not None:
        owner = keeper.initializer or getattr(keeper.source.owner, "__name__", type(keeper.source.owner).__name__)
        how = keeper.making.told(owner)
        if keeper.slow:
            how += f"; it takes {keeper.takes:.1f} s, so it is called as few times as can be, for one network, and what it draws is not judged"
        elif known.fixed_draws:
            how += "; every call draws the same weights, because it seeds the generator itself"
        elif known.global_draws:
            how += "; draws from a generator that it is not handed, which is seeded before each call"
        found.append(PartFound("initialize", how))
    if told.dtype == "float32":
        found.append(
            PartFound(
                "precision",
                "float32, as its weights are made or as declared: judged with that rounding",
                "dtype = 'float64'",
            )
        )
    if keeper.undropped:
        being = ", ".join(f"{name} being {value:g}" for name, value in keeper.undropped.items())
        found.append(
            PartFound("dropout", f"{being}, so that nothing is dropped: what is judged is the network without it")
        )
    if told.sizes is not None:
        found.append(
            PartFound(
                "sizes",
                f"{'-'.join('n' if n is None else str(n) for n in told.sizes)}, and no others",
                f"sizes = {list(told.sizes)}",
            )
        )
    elif told.hidden_layers is not None:
        found.append(PartFound("hidden layers", str(told.hidden_layers), f"hidden_layers = {told.hidden_layers}"))
    return found


def _axes(bias: Leaf | None) -> str:
    shape = bias.shape if bias is not None else ()
    if len(shape) < 2:
        return "(out,)" if shape else "one number"
    return "(out, 1)" if shape[1] == 1 else "(1, out)"


def _forward(reading: Reading) -> PartFound:
    where = _at(reading.outputs, _returned(reading, reading.forward))
    at = "" if not where else f", outputs at {where} of the {reading.outputs.where}"
    at += ", which are logarithms: their exponentials are taken" if reading.logs else ""
    # Of a form with an argument for each feature there is no other.
    said = "" if reading.form == "features" else f"features_first = {reading.form == 'columns'}"
    return PartFound("forward", f"{reading.forward.told}, X {FORMS[reading.form]}{at}", said)


def _returned(reading: Reading, operation: Operation) -> tuple[str, ...]:
    with reading.keeper.lent(reading.sizes) as root:
        return returned(reading.keeper.source.called(root, operation.name))


def _at(place: Place, names: tuple[str, ...]) -> str:
    return named(place.leaf, names if place.where == RESULT else ())


def mixed(reading: Reading) -> tuple[str, ...]:
    """The activations of the hidden layers, where they were seen and differ."""
    hidden = () if reading.seen is None else reading.seen.hidden
    return hidden if len(set(hidden)) > 1 else ()


def _activations(known: Known, several: Sequence[str]) -> PartFound:
    told = known.settings
    how = {
        DECLARED: "as declared",
        SEEN: "its outputs are those that numpy gets with these",
        UNUSED: "named in its code; its outputs are those of hidden layers without any",
        MENTIONED: "named in its code; its outputs are those of no activation of the table",
    }.get(known.activations, "not found; its outputs are those of no activation of the table")
    # What is not known is overridden by naming it, and no name is at hand.
    hidden, outputs = (repr(name) if name else "NAME" for name in (told.activation, told.output_activation))
    said = f"activation = {hidden}, output_activation = {outputs}"
    named = told.activation or ", then ".join(several) or "unknown"
    return PartFound("activation", f"{named}, output {told.output_activation or 'unknown'}: {how}", said)


def _training(reading: Reading, trained: Trained, told: str | None) -> list[PartFound]:
    found = []
    slopes, step, update = trained.slopes, trained.step, trained.update
    if slopes is not None and not slopes.places:
        raised = reading.problems.get(slopes.operations[-1].told, "")
        found.append(PartFound("gradients", f"{slopes.operations[-1].told}, which raises {raised}"))
    elif slopes is not None:
        names = _returned(reading, slopes.operations[-1])
        places = [_at(place, names) for pair in slopes.places for place in pair if place is not None]
        calls = ", then ".join(operation.told for operation in slopes.operations)
        lacking = [
            named(s.bias, reading.keeper.returned())
            for s, (_, b) in zip(reading.chain.layers, slopes.places, strict=True)
            if s.bias is not None and b is None
        ]
        without = f"; none of {', '.join(lacking)}" if lacking else ""
        at = next(place.where for pair in slopes.places for place in pair if place is not None)
        found.append(PartFound("gradients", f"{calls}: {', '.join(places)} of the {at}{without}; {_targets(slopes)}"))
    if update is not None:
        kept = "; what the optimizer keeps is handed in again at the next step" if update.remembers else ""
        kept = "; what it keeps on self is there again at the next step" if update.keeps else kept
        found.append(PartFound("update", update.operation.told + _rate(update.rate) + kept))
        if told is not None and update.remembers:
            found.append(PartFound("optimizer", f"{told}, as the update is called", f"optimizer = {told!r}"))
    if step is not None:
        calls = ", then ".join(operation.told for operation in step.operations)
        singly = f", X {FORMS[step.form]}" if step.form != reading.form else ""
        zeros = _zeros(step.operations)
        found.append(PartFound("train_step", f"{calls}{singly}; {_targets(step)}{_rate(step.rate)}{zeros}"))
        found += _raising(reading) if slopes is None else []
    if slopes is None and step is None:
        found.append(PartFound("gradients", "none, and no step of training"))
    return found


def _targets(found: Slopes | Step) -> str:
    """How targets are handed over."""
    if found.form == "features" and found.targets == "same":
        return "Y as one number, or a list of several"
    return _TARGETS[found.targets]


def _raising(reading: Reading) -> list[PartFound]:
    """What a backward raises that was therefore not taken."""
    names = reading.keeper.source.ranked("gradients")
    raised = [
        PartFound("gradients", f"none; {told} raises {error}")
        for told, error in reading.problems.items()
        if told.partition("(")[0] in names and told.partition("(")[0] not in reading.keeper.hanging
    ]
    return raised[:1]


def _zeros(operations: Sequence[Operation]) -> str:
    """Penalties that are handed over as 0, shares that are kept as 1, and momenta."""
    values = {"none": 0, "whole": 1, "momentum": MOMENTUM}
    given = [(name, role) for operation in operations for name, role in operation.binding.given]
    told = [f"{name} being {values[role]:g}" for name, role in given if role in values]
    return "".join(f"; {words}" for words in dict.fromkeys(told))


def _rate(rate: str) -> str:
    told = {
        "": "it has no learning rate",
        "attribute": "the learning rate is an attribute",
        "global": "the learning rate is a global",
    }
    return f"; {told[rate]}" if rate in told else ""
