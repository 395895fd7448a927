"""The claims, C1 to C26: who makes each, what it says, what it says precisely, and what evidence there is."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.claims import demonstrations as shown
from symcheck.claims.evidence import CheckEvidence, Demonstration, Evidence, Needs, ProofEvidence, Properties
from symcheck.errors import SymcheckError

#: The texts that make the claims.
SOURCES = {
    "000": "a page of questions and answers on zero weights and symmetry",
    "001": "a Stack Exchange thread on random initial weights, with Goodfellow, Bengio, Courville 2016, section 8.4",
    "002": "course notes after Ng's Neural Networks and Deep Learning",
    "003": "a blog article on zero, random and He initialization",
    "004": "a Stack Overflow thread on random initial weights, in translation",
}


@dataclass(frozen=True)
class Part:
    """One statement, precise enough to be true or false, with its evidence."""

    statement: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Claim:
    """A row.

    Attributes:
        id: C1 to C26. sources: keys of `SOURCES`. says: the claim as it is made, in short.
        parts: what it says precisely; more than one where its parts fare differently.
    """

    id: str
    sources: tuple[str, ...]
    says: str
    parts: tuple[Part, ...]


def _claim(id_: str, sources: str, says: str, *parts: Part) -> Claim:
    return Claim(id_, tuple(sources.split()), says, parts)


LEDGER: tuple[Claim, ...] = (
    _claim("C1", "002 001 004", "constant weights: rows of W stay equal after every iteration", Part(
        "Weights and hidden biases constant in each layer: the units of a layer are one class for ever, for any data, loss, "
        "activation, depth, width and every optimizer of the class.",
        (ProofEvidence("constant-init"), ProofEvidence("optimizers"), Properties("C1"), CheckEvidence("network.ties")))),
    _claim("C2", "000 003", "zero weights: every neuron does the same, the network is useless", Part(
        "Zero weights: one class a layer; with sigma(0) = 0 and a hidden layer every weight is frozen and only the output "
        "bias learns; with another activation units move, tied.",
        (ProofEvidence("zero-init"), Properties("C2"), CheckEvidence("network.dead")))),
    _claim("C3", "000 003", "such a network is as complex as one neuron", Part(
        "The quotient, one unit a class with rates eta |J| / |I|, computes the same function and follows the same trajectory.",
        (ProofEvidence("quotient"), Properties("C3")))),
    _claim("C4", "000 003", "its predictions are no better than random", Part(
        "At the start all outputs are equal, and a frozen network ends at the shares of the classes. A network that is tied "
        "and not frozen can do better.",
        (Properties("C4"), Demonstration(shown.a_frozen_network_ends_at_the_class_prior),
         Demonstration(shown.a_tied_network_beats_chance, "limits")))),
    _claim("C5", "001", "units with the same inputs, activation and parameters are updated the same way", Part(
        "They are if their outgoing weights match, too; and units whose rows differ can be tied.",
        (Properties("C5"), Demonstration(shown.equal_rows_with_unequal_columns_separate, "limits"),
         Needs("constant-init", "constant-weights")))),
    _claim("C6", "001", "dropout can update tied units differently", Part(
        "A mask for each unit separates tied units; the certificate for dropout claims no tie.", (Properties("C6"),))),
    _claim("C7", "001", "random units keep patterns out of the null spaces, forward and backward", Part(
        "A constant layer has rank 1 both ways; random layers tell apart what differs.",
        (ProofEvidence("constant-rank"), Properties("C7")))),
    _claim("C8", "000 001", "restarted from the same weights, training finds the same minimum", Part(
        "The same start and batches give the same trajectory to the last bit, other seeds another start.",
        (Properties("C8"),))),
    _claim("C9", "001", "random weights keep distinguishable inputs distinguishable", Part(
        "Correlations follow the map of the activation; constant weights collapse inputs of equal sums.",
        (Properties("C9"),))),
    _claim("C10", "001", "random ReLU layers are a statistically compressive map", Part(
        "Angles contract by the arc-cosine map at He's scale.", (ProofEvidence("arc-cosine"), Properties("C10")))),
    _claim("C11", "001", "convergence proofs for wide networks need random weights", Part(
        "The Gram matrix of the gradients is positive definite at a random start for inputs that are not parallel, and "
        "singular under ties.", (Demonstration(shown.a_tied_network_has_a_singular_tangent_kernel),))),
    _claim("C12", "001", "it is very difficult with deterministic matrices", Part(
        "Identity, Hadamard and sinusoidal matrices tie nothing and are isometries.",
        (Demonstration(shown.deterministic_matrices_break_symmetry),)), Part(
        "Independent draws from a law with a density give no two units equal rows, with probability one.",
        (ProofEvidence("random-draws"),)), Part(
        "Weights must be random.", (Demonstration(shown.deterministic_matrices_break_symmetry, "refutes"),))),
    _claim("C13", "002", "zero is fine for logistic regression", Part(
        "Without hidden units there is nothing to tie, and the loss is convex: the same minimum from zero as from anywhere.",
        (ProofEvidence("logistic-regression"), Properties("C13")))),
    _claim("C14", "002", "a zero bias is fine once W is random", Part(
        "Distinct rows and zero biases leave no tie, and biases move at the first step. With one input feature, though, all "
        "kinks of ReLU start at 0.",
        (ProofEvidence("zero-bias"), Properties("C14"), Demonstration(shown.one_input_puts_every_kink_at_zero)))),
    _claim("C15", "002", "by induction rows stay equal", Part(
        "The induction is an object with base, step and conclusion, which the kernel checks.", (ProofEvidence("constant-init"),))),
    _claim("C16", "002", "scale 0.01, because large weights saturate tanh and sigmoid", Part(
        "The share of saturated units grows with the scale. In deep networks 0.01 makes the signal vanish: it needs a "
        "shallow one.",
        (Properties("C16"), Demonstration(shown.saturation_grows_with_the_scale_of_the_weights),
         Demonstration(shown.small_weights_make_deep_networks_vanish, "limits")))),
    _claim("C17", "003", "large weights saturate and slow learning; very small ones do the same", Part(
        "Large weights saturate.", (Properties("C17", ("saturated_units",)),)), Part(
        "Small weights saturate.", (Properties("C17", ("small_weights",), "refutes"),
        Demonstration(shown.small_weights_do_not_saturate_a_sigmoid, "refutes")))),
    _claim("C18", "000 003", "He's scale keeps the variance regulated", Part(
        "E[relu(z)^2] = Var(z)/2, so that the variance 2/fan_in keeps the mean square at every depth; the ratio has an exact "
        "law with variance 5/n, a band that widens with depth over width.",
        (ProofEvidence("he-gain"), ProofEvidence("ratio-variance"), Properties("C18"), CheckEvidence("initializer.scale")))),
    _claim("C19", "003", "an extra scale factor on He helps", Part(
        "A factor s multiplies the mean square by s^(2 L): only |s| = 1 keeps it at every depth.",
        (ProofEvidence("scale-power"), Properties("C19"), Demonstration(shown.a_factor_on_he_explodes, "refutes")))),
    _claim("C20", "004", "all ones: each unit gets the sum of the inputs and outputs its sigmoid", Part(
        "Literally, at step 0; and tied for ever.",
        (ProofEvidence("constant-init"), Properties("C20"), Demonstration(shown.ones_give_the_sum_of_the_inputs)))),
    _claim("C21", "004", "breaking symmetry is essential, and not for speed", Part(
        "A tied network of any width is a chain of single units, which with monotone activations cannot fit XOR; two "
        "distinct units can.",
        (ProofEvidence("quotient"), Properties("C21"), Demonstration(shown.two_distinct_units_fit_exclusive_or)))),
    _claim("C22", "004", "it affects every architecture that connects each to each", Part(
        "Fully connected layers: yes. Units with different supports are not tied although all weights are equal.",
        (ProofEvidence("separate-supports"), Properties("C22")))),
    _claim("C23", "000", "weights near 0, as 0.1, do not freeze, so symmetry breaks", Part(
        "Not zero is enough.", (Properties("C23", role="refutes"), Demonstration(shown.a_constant_of_a_tenth_is_tied, "refutes")))),
    _claim("C24", "000 003 004", "random weights converge faster and better than zero, He's best of the three", Part(
        "On scikit-learn's digits: zero never learns, 0.01 * randn late, He at once; symcheck race has the intervals.",
        (Demonstration(shown.he_learns_digits_first, needs="sklearn"),))),
    _claim("C25", "001", "0.5, an average weight, would be a sensible default", Part(
        "All weights 0.5 is a good start.", (Properties("C25", role="refutes"), Demonstration(shown.a_constant_of_a_half_is_tied, "refutes")))),
    _claim("C26", "000 001", "random weights help to reach the global optimum", Part(
        "Only this is known: the best of k restarts is never worse than the first.")),
)

BY_ID = {claim.id: claim for claim in LEDGER}


def claim_named(name: str) -> Claim:
    """A claim by its id, in either case.

    Raises:
        SymcheckError: no such claim.
    """
    claim = BY_ID.get(name.upper())
    if claim is None:
        raise SymcheckError(f"no claim is named {name!r}; there are {LEDGER[0].id} to {LEDGER[-1].id}")
    return claim
