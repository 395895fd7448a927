"""The author's code: every source of functions in what was given is tried, and the surest reading is taken."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from types import ModuleType
from typing import Any

import numpy as np

from symcheck import adapters
from symcheck.errors import SubjectError
from symcheck.subjects.data import PartFound, ReturnedLoss, SecondOutputs
from symcheck.subjects.find import made
from symcheck.subjects.misspelt import lookalikes
from symcheck.subjects.scratch.binding import features_of
from symcheck.subjects.scratch.chains import chains
from symcheck.subjects.scratch.driver import Driver
from symcheck.subjects.scratch.facts import lines, mixed
from symcheck.subjects.scratch.forms import BATCHES, FORMS
from symcheck.subjects.scratch.gathered import gathered
from symcheck.subjects.scratch.graph import with_loss
from symcheck.subjects.scratch.graph_loop import with_loop
from symcheck.subjects.scratch.handed import with_slope
from symcheck.subjects.scratch.keeping import Keeper, set_once, set_rate
from symcheck.subjects.scratch.layered import layered_source
from symcheck.subjects.scratch.looped import loop_sources
from symcheck.subjects.scratch.making import Making, makings, staged
from symcheck.subjects.scratch.names import rank
from symcheck.subjects.scratch.normalized import normalized
from symcheck.subjects.scratch.offers import find_training
from symcheck.subjects.scratch.piling import piling
from symcheck.subjects.scratch.places import get, is_node
from symcheck.subjects.scratch.reading import PROBES, SURE, Reading, quietly, readings
from symcheck.subjects.scratch.refusals import no_weights, other_weights, refused, weights_of_one_output
from symcheck.subjects.scratch.returned_loss import returned_loss
from symcheck.subjects.scratch.scripted import scripted
from symcheck.subjects.scratch.second import second_outputs
from symcheck.subjects.scratch.settings import MENTIONED, settings_of, within_limits
from symcheck.subjects.scratch.sources import Source, arguments
from symcheck.subjects.scratch.training import Trained
from symcheck.subjects.scratch.unrolled import Unrolled, unrolled

_MOST_INITIALIZERS = 6
DECLARE = (
    "give it the three functions by name: initialize(sizes, rng) -> [(W, b), ...], forward(params, X) -> outputs, "
    "gradients(params, X, Y) -> [(dW, db), ...]"
)


@dataclass(frozen=True)
class Read:
    """An author's code as a subject of the protocol, with what was found of it."""

    driver: Driver | Unrolled
    found: tuple[PartFound, ...]
    called_as: str
    notes: tuple[str, ...] = ()
    piling: tuple[str, ...] = ()
    mentioned: bool = False
    second: tuple[SecondOutputs, ...] = ()
    mixed: tuple[str, ...] = ()
    returned_loss: ReturnedLoss | None = None


def sources(obj: Any) -> list[Source]:
    """What may hold a network, the likeliest first; () where nothing does by its names."""
    if isinstance(obj, ModuleType):
        classes = [v for v in vars(obj).values() if isinstance(v, type) and v.__module__ == obj.__name__]
        found = [
            *([Source(obj, obj)] if _speaks(Source(obj, obj)) else []),
            *(Source(c, obj) for c in reversed(classes)),
        ]
        return [*(source for source in found if _speaks(source)), *loop_sources(obj)]
    cls = obj if isinstance(obj, type) else type(obj)
    home = sys.modules.get(getattr(cls, "__module__", ""))
    if cls.__module__ == "builtins" or adapters.first(lambda a: a.is_network(obj) or a.is_model_class(obj)):
        return []
    source = Source(obj, home)
    # A class that was named is read for its forward alone, with whatever its backward is called.
    return [source] if _speaks(source) or any(name != "__call__" for name in source.ranked("forward")) else []


def _speaks(source: Source) -> bool:
    """Whether names of functions speak of a forward, and of training or an initialization beside it."""
    names = source.functions
    roles = [any(rank(name, role) is not None for name in names) for role in ("forward", "gradients", "train_step")]
    return roles[0] and (any(roles[1:]) or not source.of_class or "parameters" in names)


def read(obj: Any, name: str, positional: Sequence[Any] = (), keywords: Mapping[str, Any] | None = None) -> Read:
    """Find out how an author's code is a network; the arguments are bound to a class.

    Raises:
        SubjectError: it cannot be read; the sentence says what was tried and what to declare.
    """
    problems: dict[str, str] = {}
    if positional and isinstance(obj, type):
        obj = made(obj, name, positional, keywords, kind="implementation")
    candidates = sources(obj)
    with quietly():
        best, kept = _best(candidates, keywords or {}, problems)
        if isinstance(obj, ModuleType) and (best is None or len(best.sizes) == 2):
            # A layer, or nothing: the module may leave a network in parts.
            _refuse_normalizing(candidates, name)
            layered = layered_source(obj)
            best = (_best([layered], {}, problems)[0] if layered is not None else None) or best
        if best is None and (vector := unrolled(obj)) is not None:
            loss = returned_loss(vector, vector.tried, turned=False, biases=True, batches=True)
            return Read(vector, vector.found, "its author's own function, which stands for", returned_loss=loss)
        if best is None:
            why = refused(candidates, kept, problems)
            raise SubjectError(f"{name}: {why}; {DECLARE}", "" if candidates else "no implementation")
        _refuse_normalized(best, name)
        if beside := other_weights(best):
            raise SubjectError(
                f"{name}: its outputs depend on {beside} as well, which is in none of the layers that were read, as the second piece "
                "of a maxout unit is: the suite is of layers sigma(W h + b)"
            )
        if (above := weights_of_one_output(best)) is not None:
            raise SubjectError(
                f"{name}: what {best.forward.name} returns depends on {above.name} as well, of shape ({above.shape[0]},), which is in "
                "none of the layers that were read: keep the weights of a single output as a matrix, of shape (n, 1) or (1, n)"
            )
        best = _with_graph(best, problems)
        trained = find_training(best)
        if trained.slopes is None and trained.step is None:
            # What trains may be the loop of a function that is none of a training by its name or its arguments.
            looped = _best([source for source in candidates if source.note], {}, problems)[0]
            inside = find_training(looped) if looped is not None else trained
            if looped is not None and inside.step is not None:
                best, trained = looped, inside
        handed = with_slope(best.keeper.source) if trained.slopes is None and trained.step is None else None
        if handed is not None and (other := _best([handed], keywords or {}, problems)[0]) is not None:
            best, trained = other, find_training(other)
        known = settings_of(best, trained)
        known = within_limits(known, best, Driver(best, trained, known.settings).works)
        driver = Driver(best, trained, known.settings)
        piled = piling(best, trained)
        second = second_outputs(best)
        loss = _loss_beside(driver, trained, best.sizes)
        best.keeper.tried = False
    owners = {id(owner): owner for owner in (best.keeper.source.owner, best.keeper.source.home) if owner is not None}
    notes = tuple(note for owner in owners.values() for note in lookalikes(owner, getattr(owner, "__name__", name)))
    mentioned = known.activations == MENTIONED
    return Read(
        driver,
        lines(best, trained, known, second),
        "its author's own functions, which stand for",
        notes,
        piled,
        mentioned,
        second,
        mixed(best),
        loss,
    )


def _loss_beside(driver: Driver, trained: Trained, sizes: Sequence[int]) -> ReturnedLoss | None:
    """The loss that a backward returns with its gradients, if it gives them."""
    slopes, known = trained.slopes, driver.settings
    if slopes is None or not slopes.places:
        return None
    turned, batches = known.layout == "in_out", slopes.form in BATCHES
    return returned_loss(driver, sizes, turned=turned, biases=known.biases, batches=batches)


def _best(
    candidates: Sequence[Source], keywords: Mapping[str, Any], problems: dict[str, str]
) -> tuple[Reading | None, bool]:
    """The surest reading of all, and whether any network was found to be read."""
    best: Reading | None = None
    kept = False
    for source in candidates:
        for keeper, sizes in _keepers(source, keywords, problems):
            kept = True
            reading = readings(keeper, sizes, _forms(source), problems)
            if reading is None and sizes is not None and keeper.making is not None and keeper.making.free(2)[-1]:
                # What is made for a single output may refuse any other number.
                reading = readings(keeper, (*sizes[:-1], 1), _forms(source), problems)
            if reading is not None and (best is None or reading.score > best.score):
                best = reading
            if best is not None and best.score == SURE:
                return best, True
    return best, kept


def _refuse_normalizing(candidates: Sequence[Source], name: str) -> None:
    """Of classes of which a network could be put together anew, one that is a network and normalizes is not passed over."""
    for source in candidates:
        for keeper, sizes in _keepers(source, {}, {}) if source.of_class and not source.note else ():
            reading = readings(keeper, sizes, _forms(source), {})
            if reading is not None and len(reading.sizes) > 2:
                _refuse_normalized(reading, name)


def _refuse_normalized(reading: Reading, name: str) -> None:
    """Refuse a network that normalizes over the batch.

    Raises:
        SubjectError: it does.
    """
    if scales := normalized(reading):
        raise SubjectError(
            f"{name}: it normalizes over the batch ({scales}), which no property is of: hold the network without that to "
            "the suite, whose layers are sigma(W h + b)"
        )


def _with_graph(reading: Reading, problems: dict[str, str]) -> Reading:
    """The reading with the step of the loop that trains it, or with gradients through a loss, of a graph of scalars with neither."""
    keeper = reading.keeper
    with keeper.lent(reading.sizes) as root:
        first = get(root, reading.chain.layers[0].weight.paths[0])
    if not (isinstance(first, list) and first and is_node(first[0])) or keeper.source.ranked("gradients"):
        return reading
    source = with_loop(keeper.source) or with_loss(keeper.source)
    found, _ = _best([source], {}, problems) if source is not None else (None, True)
    return found or reading


def driver_of(obj: Any) -> Driver | Unrolled:
    """An author's code as a subject of the protocol; see `read`."""
    return read(obj, getattr(obj, "__name__", type(obj).__name__)).driver


def _forms(source: Source) -> tuple[str, ...]:
    said = source.said("features_first")
    if said is True:
        return ("columns", "column", "vector")
    apart = any(len(features_of(getattr(source.owner, name, None))) > 1 for name in source.forwards)
    left_out = ("labelled",) if apart else ("labelled", "features")
    return tuple(form for form in FORMS if form not in left_out and not (said is False and form.startswith("column")))


def _keepers(
    source: Source, keywords: Mapping[str, Any], problems: dict[str, str]
) -> Iterator[tuple[Keeper, tuple[int, ...] | None]]:
    """Ways to make or find a network, those with any number of layers first."""
    found = list(_made(source, keywords, problems))
    found.sort(key=lambda pair: pair[1] is None or len(pair[1]) < 4)
    yield from found
    if not isinstance(source.owner, type) and chains(source.owner):
        yield Keeper(source, None, "", source.owner), None


def _made(
    source: Source, keywords: Mapping[str, Any], problems: dict[str, str]
) -> Iterator[tuple[Keeper, tuple[int, ...] | None]]:
    if source.of_class:
        # An instance is judged as it was handed over.
        makers = [("", partial(source.owner, **keywords))] if isinstance(source.owner, type) else []
    else:
        makers = [(name, getattr(source.owner, name)) for name in source.ranked("initialize")[:_MOST_INITIALIZERS]]
    for name, maker in makers:
        settings = gathered(maker)
        ways = [iter([settings] if settings is not None else []), makings(maker)]
        if source.of_class:
            methods = [*source.ranked("initialize"), *source.ranked("train_step")][:_MOST_INITIALIZERS]
            ways += [staged(maker, methods, _stilled), scripted(source)]
        called = name or getattr(source.owner, "__name__", "it")
        if next(makings(maker), None) is None:
            asked_for = ", ".join(p.name for p in arguments(maker))
            problems.setdefault(called, f"no arguments could be guessed for {called}({asked_for})")
        for making in chain(*ways):
            if (sizes := _works(source, making, name, problems)) is not None:
                known, asked, in_globals = sizes
                making = making.as_found(asked, known)
                asked = known if making.more else asked
                # Shapes alone may say several widths, where none were asked for.
                widths = known if making.takes_widths or making.takes_data else None
                yield Keeper(source, making, name, source.owner if in_globals else None, asked), widths
                break


def _stilled(instance: Any) -> bool:
    """Set the learning rate of an instance to 0 and its rounds to one; whether it has a learning rate."""
    set_once(instance)
    return bool(set_rate(instance, 0.0))


def _works(
    source: Source, making: Making, name: str, problems: dict[str, str]
) -> tuple[tuple[int, ...], tuple[int, ...], bool] | None:
    """The widths of a network that was made, those that it was asked for, and whether it lies in the module's globals."""
    told = name or getattr(source.owner, "__name__", "it")
    hidden = [making.hidden] if making.hidden is not None else [2, 1]
    for asked in [PROBES[h] for h in hidden if h in PROBES]:
        try:
            root: Any = Keeper(source, making, name).made(asked, np.random.default_rng(0))
        except Exception as error:
            raised = f"{type(error).__name__}: {error}"[:200]
            problems.setdefault(told, f"{making.guessed(told, asked)}, a guess at its arguments, raises {raised}")
            continue
        in_globals = root is None and not source.of_class
        holder = source.owner if in_globals else root
        if making.hidden is not None:
            # A hidden layer of a width of its own may have the shape of another one by chance.
            for found in chains(holder):
                if len(found.sizes) > len(asked) and _asked_for(making, found.sizes, asked):
                    return found.sizes, asked, in_globals
        if chains(holder, asked):
            return asked, asked, in_globals
        problems[told] = f"{making.guessed(told, asked)} makes no such network{no_weights(holder)}"
        for found in chains(holder):
            if _asked_for(making, found.sizes, asked):
                return found.sizes, asked, in_globals
    return None


def _asked_for(making: Making, sizes: tuple[int, ...], asked: tuple[int, ...]) -> bool:
    """Whether a network has the widths that were asked for, where its maker takes them."""
    free = making.free(2)
    ends = [(sizes[0], asked[0], free[0]), (sizes[-1], asked[-1], free[-1])]
    return all(own == n or not may for own, n, may in ends) and making.roles.count("n_hidden") <= len(sizes) - 2
