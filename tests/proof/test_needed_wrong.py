"""Lines that are wrong are rejected with a sentence; those in which a hypothesis holds show nothing of it."""

from __future__ import annotations

import pytest

from symcheck.errors import SymcheckError
from symcheck.proof.needed import NeededError, counterexample
from symcheck.proof.needed.conclusions import CONCLUSIONS
from symcheck.proof.needed.counterexample import contradicted
from symcheck.proof.needed.line import MOST_NUMBERS, Settings, read_line

NETWORK = "network sigma = tanh; W1 = {}; W2 = {}; b1 = {}; x = {}; y = {}; rate = 1/2; rate1 = {}: {}"
SEPARATE, DIFFER = "units 1, 2 of layer 1 separate", "units 1, 2 of layer 1 differ"
BLOCKS = "network sigma = tanh; W1 = {}; W2 = {}; {}block1 = 1, 1; x = {}; y = {}; rate = 1/2: " + SEPARATE
SIGNED = "network sigma = {}; W1 = {}; W2 = {}; block1 = 1, -1; x = {}: units 1, 2 of layer 1 are not opposite"
DEAD = "network sigma = {}; W1 = {}; W2 = 1; b1 = {}; x = {}; y = 0; rate = 1/2: unit 1 of layer 1 moves"
ZERO = "network sigma = {}; W1 = {}; W2 = {}; b1 = {}; x = 1; y = 1; rate = 1/2: {}"
UNIT = "unit w = {}; h{} = {}: the layer multiplies the mean square by another factor"
SHARE = "unit relu = {}; w = {}; h = {}: the activation keeps another share of the mean square"
GLOROT = "linear w = {}; h{} = {}; d = 1: the signal is not multiplied by n v"
RATIO = "ratio m = 1; g = {}: the {} of R is not {}"
LAYER = "layer sigma = {}; W = {}; b = {}; x = {}: the rows differ"

#: All hypotheses hold in these, which therefore show nothing of the one named; a slight change of it would.
HOLDS = [
    ("constant-init", "constant-weights", NETWORK.format("1, 1", "3 3", "2, 2", "2", "1", "1/2, 1/2", SEPARATE)),
    ("constant-init", "shared-rate", NETWORK.format("1, 1", "3 3", "2, 2", "2, 3", "1, 5", "1/2, 1/2", SEPARATE)),
    ("equitable-partitions", "row-sums", BLOCKS.format("1 2, 2 1", "1 1", "block0 = 1, 1; ", "3 3", "1")),
    ("equitable-partitions", "outputs", BLOCKS.format("1, 1", "0 1, 1 0", "block2 = 1, 1; ", "1", "2 2")),
    ("quotient", "column-sums", BLOCKS.format("1, 1", "2 2, 1 1", "", "1", "2 3")),
    ("optimizers", "equal-memory", BLOCKS.replace("; rate", "; velocity1 = 2, 2; momentum = 0.9; rate").format("1, 1", "1 1", "", "1", "2")),
    ("signs", "odd-activation", SIGNED.format("erf", "1, -1", "1 -1", "2")),
    ("zero-init", "zero-weights", ZERO.format("tanh", "0, 0", "0 0", "0, 0", "W2 moves")),
    ("zero-init", "shared-rate", ZERO.format("sigmoid", "0, 0", "0 0", "0, 0", SEPARATE)),
    ("dead-by-sign", "relu", DEAD.format("relu", "-1 -1/2", "0", "1 1")),
    ("dead-by-sign", "non-positive-sums", DEAD.format("relu", "1 -1", "0", "2 2").replace("x =", "block0 = 1, 1; x =")),
    ("rescaling-identity", "homogeneous", "network sigma = leaky_relu; W1 = -1; W2 = 2; x = 3; y = 1: unit 1 of layer 1 breaks the identity"),
    ("invariant-subspace", "one-rate", "descent V = 1 1; gradient = 2, 2; rates = 3, 3: training leaves theta_0 + V"),
    ("invariant-subspace", "odd-rule", "descent classes = 1, -1, 0; gradient = 2, -2, 0; rates = 3, 3, 3: training leaves the span of the classes"),
    ("zero-bias", "injective", LAYER.format("tanh", "1 2, 1 2", "0, 0", "1 0, 0 1")),
    ("zero-bias", "both-sides", LAYER.format("relu", "1 2, 1 2", "0, 0", "1 0, 0 1")),
    ("separate-supports", "tied", "layer sigma = tanh; K = 1 0, 1 0; w = 2 3; x = 1 0, 0 1: the units read different inputs"),
    ("logistic-regression", "convex-loss", "loss S = log(1 + exp(z)); x = 1; y = 1; w = -3, 5: the loss is not convex"),
    ("he-gain", "he-scale", UNIT.format("1 1, 1 -1, -1 1, -1 -1", "", "1 2, 0 -3")),
    ("he-gain", "independent", UNIT.format("2, -2, 0 x2", " given w", "1, 1, 1 x2")),
    ("he-gain", "relu", SHARE.format("relu", "2, -2, 0 x2", "1")),
    ("leaky-gain", "leaky-scale", UNIT.replace("w =", "alpha = 1/2; w =", 1).format("2, -2, 0 x3", "", "1, 5")),
    ("scale-power", "scaled", UNIT.replace("w =", "s = 3; w =", 1).format("6, -6, 0 x2", "", "1, 5")),
    ("scale-limit", "shrinks", "depth s = 0.9: the share that is lost does not tend to 1"),
    ("scale-limit", "grows", "depth s = 1.1: the share of the input does not tend to 0"),
    ("glorot-compromise", "glorot-scale", "linear w = 1 1, 1 -1, 1 0, -1 1, -1 -1, -1 0, 0 1, 0 -1, 0 0; h = 1 2; d = 1: n v and m v do not miss 1 equally in opposite directions"),
    ("glorot-compromise", "forward-independent", GLOROT.format("2, -2, 0 x6", " given w", "1, 1, 1 x6")),
    ("ratio-variance", "fourth-moment", RATIO.format("2, -2, 1 x2, -1 x2, 0 x6", "variance", "5 n / m^2")),
    ("ratio-variance", "second-moment", RATIO.format("2, -2, 1 x2, -1 x2, 0 x6", "mean", "n / m")),
    ("constant-rank", "constant-weights", "matrix W = 3 3, 3 3; x = 1 2, 2 1; d = 5 0, 2 3: W has rank two, and neither inputs nor gradients collapse"),
    ("constant-rank", "equal-input-sums", "matrix W = 3 3, 3 3; x = 1 2, 2 1; d = 5 0, 2 3: the inputs do not collapse"),
    ("random-draws", "no-atoms", "draws w1 = u; w2 = v; u = uniform; v = uniform: the two weights are equal with positive probability"),
]  # fmt: skip


@pytest.mark.parametrize(("theorem", "hypothesis", "line"), HOLDS)
def test_a_case_in_which_the_hypothesis_holds_shows_nothing(theorem: str, hypothesis: str, line: str) -> None:
    with pytest.raises(NeededError, match=f"^{hypothesis} holds in this case"):
        counterexample(theorem, hypothesis, line)


@pytest.mark.parametrize(("theorem", "hypothesis", "line"), HOLDS)
def test_where_all_hypotheses_hold_so_does_the_conclusion(theorem: str, hypothesis: str, line: str) -> None:
    read = read_line(line)
    on_it = [c for c in CONCLUSIONS[theorem] if hypothesis in c.hypotheses]
    conclusion, outcome, at = contradicted(on_it, read.outcome, hypothesis)
    case = conclusion.kind.read(Settings(read))
    assert not any(conclusion.kind.conditions[name](case) for name in conclusion.hypotheses)
    assert case.wrong(outcome, at).gap < 1e-12


TINY = "1.000000001"
#: Faults that are slight: exact kinds see the smallest ones, floats those that no rounding explains.
SLIGHT = [
    ("constant-init", "constant-weights", NETWORK.format("1, 1.0001", "1 1", "0, 0", "1", "1", "1/2, 1/2", DIFFER)),
    ("constant-init", "constant-biases", NETWORK.format("1, 1", "1 1", "0, 0.0001", "1", "1", "1/2, 1/2", DIFFER)),
    ("constant-init", "shared-rate", NETWORK.format("1, 1", "1 1", "0, 0", "1", "0", "1/2, 0.501", SEPARATE)),
    ("equitable-partitions", "column-sums", BLOCKS.format("1, 1", "1 1.001", "", "1", "0")),
    ("equitable-partitions", "outputs", BLOCKS.format("1, 1", "0 1, 1 0", "block2 = 1, 1; ", "1", "0 0.001")),
    ("optimizers", "equal-memory", BLOCKS.replace("; rate", "; velocity1 = 1, 1.001; momentum = 0.9; rate").format("1, 1", "1 1", "", "1", "2")),
    ("signs", "row-sums", SIGNED.format("tanh", "1, -1.0001", "1 -1", "1")),
    ("zero-init", "zero-weights", ZERO.format("tanh", "0.001", "0", "0", "W2 moves")),
    ("dead-by-sign", "non-positive-sums", DEAD.format("relu", "1.001 -1", "0", "2 2").replace("x =", "block0 = 1, 1; x =")),
    ("dead-by-sign", "relu", DEAD.format("leaky_relu(0.05)", "-1", "0", "1")),
    ("rescaling-identity", "homogeneous", "network sigma = elu(0.001); W1 = -1; W2 = 2; x = 3; y = 1: unit 1 of layer 1 breaks the identity"),
    ("invariant-subspace", "one-rate", f"descent V = 1 1; gradient = 2, 2; rates = 1, {TINY}: training leaves theta_0 + V"),
    ("zero-bias", "injective", "layer sigma = relu; W = -1, -1.000000001; x = 1: the rows differ"),
    ("he-gain", "he-scale", UNIT.format("2.000000001, -2.000000001, 0 x2", "", "1")),
    ("he-gain", "independent", UNIT.format("2, -2, 0 x2", " given w", f"{TINY}, {TINY}, 1 x2")),
    ("glorot-compromise", "glorot-scale", f"linear w = {TINY}, -{TINY}; h = 1; d = 1: n v and m v do not miss 1 equally in opposite directions"),
    ("glorot-compromise", "zero-mean", GLOROT.format(f"{TINY}, -0.999999999", "", "1")),
    ("constant-rank", "constant-weights", "matrix W = 3 3, 3 3.000000001; x = 1 2, 2 1; d = 5 0, 2 3: W has rank two, and neither inputs nor gradients collapse"),
    ("constant-rank", "equal-gradient-sums", "matrix W = 3 3, 3 3; x = 1 2, 2 1; d = 5 0, 2 3.000000001: the gradients do not collapse"),
]  # fmt: skip


@pytest.mark.parametrize(("theorem", "hypothesis", "line"), SLIGHT)
def test_a_slight_fault_is_seen(theorem: str, hypothesis: str, line: str) -> None:
    assert 0 < counterexample(theorem, hypothesis, line).measured < 0.01


#: (theorem, hypothesis, line, what its rejection says).
WRONG = [
    # The conclusion holds: grossly, and because what differs does not show.
    ("constant-init", "constant-weights", NETWORK.format("0, 1", "1 1", "0, 0", "0", "0", "1/2, 1/2", DIFFER), "the conclusion holds in this case"),
    ("constant-init", "constant-weights", NETWORK.format("1, 1", "1 1.0000001", "0, 0", "1", "0", "1/2, 1/2", SEPARATE), "the conclusion holds in this case"),
    ("zero-init", "zero-biases", ZERO.format("tanh", "0", "0", "1", "W1 moves"), "the conclusion holds in this case"),
    ("dead-by-sign", "non-positive-bias", DEAD.format("relu", "-2", "1", "1"), "the conclusion holds in this case"),
    ("he-gain", "uncorrelated", UNIT.format("1 1, 1 1, -1 -1, -1 -1", "", "1 0, 0 1"), "the conclusion holds in this case"),
    ("constant-rank", "constant-weights", "matrix W = 1 2, 2 4; x = 1 0, 0 1; d = 1 0, 0 1: W has rank two, and neither inputs nor gradients collapse", "the conclusion holds in this case"),
    ("scale-limit", "shrinks", "depth s = -0.5: the share that is lost does not tend to 1", "the conclusion holds in this case"),
    ("arc-cosine", "normal", "pair (u, v) = 1 1, -1 -1: the correlation is not that of the arc-cosine map", "the conclusion holds in this case"),
    ("zero-bias", "injective", LAYER.format("relu", "-1, -1", "0, 0", "1"), "the conclusion holds in this case"),
    # Two hypotheses fail: grossly, and one of them slightly.
    ("constant-init", "constant-weights", NETWORK.format("0, 1", "1 1", "0, 1", "1", "0", "1/2, 1/2", DIFFER), "constant-biases fails in this case too: the biases of layer 1 are 0 and 1"),
    ("constant-init", "constant-weights", NETWORK.format("0, 1", "1 1", "0, 0.000000001", "1", "0", "1/2, 1/2", DIFFER), "constant-biases fails in this case too"),
    ("equitable-partitions", "row-sums", BLOCKS.replace(SEPARATE, DIFFER).format("0, 1", "1 2", "", "1", "0"), "column-sums fails in this case too"),
    ("equitable-partitions", "column-sums", BLOCKS.format("1, 1", "0 1, 1 1", "block2 = 1, 1; ", "1", "0 1"), "row-sums fails in this case too"),
    ("signs", "odd-activation", SIGNED.format("sigmoid", "1, -2", "1 -1", "1"), "row-sums fails in this case too"),
    ("invariant-subspace", "one-rate", "descent V = 1 1; gradient = 1, 2; rates = 0, 1: training leaves theta_0 + V", "gradient-in-V fails in this case too"),
    ("he-gain", "symmetric", SHARE.format("identity", "1 x2, -2", "1"), "relu fails in this case too"),
    ("he-gain", "he-scale", UNIT.format("3, -2", "", "1"), "symmetric fails in this case too"),
    ("ratio-variance", "fourth-moment", RATIO.format("2, -2", "variance", "5 n / m^2"), "second-moment fails in this case too"),
    ("zero-bias", "injective", LAYER.format("relu", "-1 0, -2 0", "0, 0", "1 0"), "spanning-inputs fails in this case too"),
    ("zero-bias", "injective", LAYER.format("relu", "1, -2", "0, 0", "1"), "tied fails in this case too: at x = 1 unit 1 is 1 and unit 2 is 0"),
    ("dead-by-sign", "non-negative-inputs", DEAD.format("relu", "1 -2", "0", "1 -1"), "non-positive-sums fails in this case too"),
    ("constant-rank", "equal-input-sums", "matrix W = 1 2; x = 1 0, 0 2; d = 1, 1: the inputs do not collapse", "constant-weights fails in this case too"),
    # Names that are none.
    ("constant-innit", "constant-weights", "network x = 1: W1 moves", "no theorem is named 'constant-innit'; did you mean constant-init"),
    ("nonsense", "relu", "network x = 1: W1 moves", "no theorem is named 'nonsense'; there are constant-init"),
    ("constant-init", "relu", "network x = 1: W1 moves", "constant-init has no hypothesis 'relu' to be shown needed; it has constant-weights"),
    ("signs", "signs", "network x = 1: W1 moves", "signs has no hypothesis 'signs'"),
    ("constant-init", "constant-weights", "nettwork W1 = 1; x = 1: " + DIFFER, "in a case of the kind network, not 'nettwork'"),
    ("constant-init", "constant-weights", "network sigma = tahn; W1 = 0, 1; W2 = 1 1; x = 1: " + DIFFER, "no activation is named 'tahn'"),
    ("constant-init", "constant-weights", "network sigma = tanh; W1 = 0, 1; W2 = 1 1; x = 1; z = 1: " + DIFFER, "network has no z here; it may have W1, W2"),
    ("constant-init", "constant-weights", "network sigma = tanh; W1 = 0, 1; W2 = 1 1; x = 1; block1 = 1, 1: " + DIFFER, "network has no block1 here"),
    ("constant-init", "shared-rate", NETWORK.replace("rate =", "l1 = 1; rate =").format("1, 1", "1 1", "0, 0", "1", "0", "0, 1", SEPARATE), "network has no l1 here"),
    ("equitable-partitions", "row-sums", BLOCKS.replace("1, 1", "1, -1").format("0, 1", "1 1", "", "1", "0"), "block1 must be numbers 1, 2, ... of blocks"),
    ("he-gain", "he-scale", UNIT.replace("w =", "s = 2; w =", 1).format("1, -1", "", "1"), "unit has no s here"),
    ("he-gain", "relu", SHARE.format("relou", "1, -1", "1"), "relu must be relu, identity or absolute value, not 'relou'; did you mean relu"),
    ("constant-init", "constant-weights", NETWORK.format("0, 1", "1 1", "0, 0", "1", "0", "1/2, 1/2", "units 1, 2 diverge"), "what can go wrong is 'units #, # of layer # differ' or"),
    ("constant-init", "constant-weights", NETWORK.format("0, 1", "1 1", "0, 0", "1", "0", "1/2, 1/2", "W1 moves"), "not 'W1 moves'"),
    ("constant-init", "constant-weights", NETWORK.format("0, 1", "1 1", "0, 0", "1", "0", "1/2, 1/2", "units 1, 3 of layer 1 differ"), "no such units"),
    ("constant-init", "constant-weights", NETWORK.format("0, 1", "1 1", "0, 0", "1", "0", "1/2, 1/2", "units 1, 2 of layer 2 differ"), "no such units or is not there"),
    ("constant-init", "constant-weights", NETWORK.format("0, 1", "1 1", "0, 0", "1", "0", "1/2, 1/2", "units 1, 1 of layer 1 differ"), "not two of one block"),
    ("equitable-partitions", "row-sums", BLOCKS.replace(SEPARATE, DIFFER).replace("1, 1", "1, 2").format("0, 1", "1 1", "", "1", "0"), "not two of one block"),
    # Shapes and settings that do not fit.
    ("constant-init", "constant-weights", "network sigma = tanh; W1 = 0, 1; W2 = 1; x = 1: " + DIFFER, "W2 has 1 x 1 numbers, and it must have 1 x 2"),
    ("constant-init", "constant-weights", "network sigma = tanh; W1 = 0, 1; W2 = 1 1; x = 1 2: " + DIFFER, "x has 1 x 2 numbers, and it must have 1 x 1"),
    ("constant-init", "constant-weights", "network sigma = tanh; W1 = 0, 1; W2 = 1 1; b1 = 1, 2, 3; x = 1: " + DIFFER, "b1 has 3 numbers, and it must have 2"),
    ("constant-init", "constant-weights", "network sigma = tanh; W1 = 1, 1; W2 = 0 1; x = 1: " + SEPARATE, "network needs rate"),
    ("constant-init", "constant-weights", "network sigma = tanh; W1 = 1, 1; W2 = 0 1; x = 1; rate = 1: " + SEPARATE, "network needs y"),
    ("constant-init", "constant-weights", "network sigma = tanh; W1 = 0, 1; W2 = 1 1; x = 1; y = 0; rate = 1: " + SEPARATE, "are not equal before training"),
    ("constant-init", "constant-weights", "network sigma = tanh; W1 = 1, 1; W2 = 0 1; x = 1; y = 1; rate = 1; steps = 10: " + SEPARATE, "steps must be a whole number from 1 to 9"),
    ("constant-init", "constant-weights", "network W1 = 0, 1; W2 = 1 1; x = 1: " + DIFFER, "network needs sigma"),
    ("constant-init", "constant-weights", "network sigma = any; W1 = 0, 1; W2 = 1 1; x = 1: " + DIFFER, "any"),
    ("optimizers", "equal-memory", BLOCKS.replace("; rate", "; velocity1 = 2, 1; rate").format("1, 1", "1 1", "", "1", "2"), "network needs momentum"),
    ("arc-cosine", "normal", "pair (u, v) = 2 2, -2 -2: the correlation is not that of the arc-cosine map", "each of mean 0 and variance 1"),
    ("zero-bias", "injective", LAYER.format("relu", "-1, -2, -3", "0, 0", "1"), "layer needs two units"),
    ("invariant-subspace", "one-rate", "descent classes = 1, 1; gradient = 1, 1; rates = 0, 1: training leaves theta_0 + V", "is said of V, which the case does not give"),
    ("scale-limit", "shrinks", "depth s = 2: the share that is lost does not tend to 1", "the limit is infinite"),
    ("he-gain", "independent", UNIT.format("2, -2, 0 x2", " given w", "1, 1"), "h must have 4 rows"),
    # Nonsense, and numbers that are none or too large.
    ("constant-init", "constant-weights", "", "a needed line is a kind"),
    ("constant-init", "constant-weights", "network", "a needed line is a kind"),
    ("constant-init", "constant-weights", "network W1 = 1", "a needed line is a kind"),
    ("constant-init", "constant-weights", "network W1 1; x = 1: " + DIFFER, "'W1 1' is not of the form `name = value`"),
    ("constant-init", "constant-weights", "network W1 = 1; W1 = 2; x = 1: " + DIFFER, "W1 is given twice"),
    ("constant-init", "constant-weights", "network W1 = one; x = 1: " + DIFFER, "W1 must be numbers, not 'one'"),
    ("constant-init", "constant-weights", "network W1 = 1, two; x = 1: " + DIFFER, "W1 holds 'two', which is not a number of at most nine digits"),
    ("constant-init", "constant-weights", "network W1 = 1, ; x = 1: " + DIFFER, "W1 holds ''"),
    ("constant-init", "constant-weights", "network W1 = 1 2, 3; x = 1: " + DIFFER, "the rows of W1 have 2 and 1 numbers"),
    ("constant-init", "constant-weights", "network W1 = 1/0; x = 1: " + DIFFER, "W1 holds '1/0'"),
    ("constant-init", "constant-weights", "network W1 = inf; x = 1: " + DIFFER, "W1 holds 'inf'"),
    ("constant-init", "constant-weights", "network W1 = 1e400; x = 1: " + DIFFER, "W1 holds '1e400'"),
    ("constant-init", "constant-weights", "network W1 = " + "9" * 400 + "; x = 1: " + DIFFER, "not a number of at most nine digits"),
    ("constant-init", "constant-weights", "network W1 = 1 x999; x = 1: " + DIFFER, f"W1 has more than {MOST_NUMBERS} numbers"),
    ("zero-init", "zero-weights", "network sigma = identity; W1 = 999999999; W2 = 999999999; x = 999999999; y = 1; rate = 999999999; steps = 9: W2 moves", "the numbers of this case overflow"),
    ("rescaling-identity", "homogeneous", "network sigma = silu; " + "; ".join(f"W{i} = 999999999" for i in range(1, 41)) + "; x = 9; y = 1: unit 1 of layer 1 breaks the identity", "the numbers of this case overflow"),
]  # fmt: skip


@pytest.mark.parametrize(("theorem", "hypothesis", "line", "says"), WRONG)
def test_a_wrong_line_is_rejected_with_a_sentence(theorem: str, hypothesis: str, line: str, says: str) -> None:
    with pytest.raises(SymcheckError) as raised:
        counterexample(theorem, hypothesis, line)
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)
