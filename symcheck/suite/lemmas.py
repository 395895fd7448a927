"""Which step of which proof a failed property contradicts: one sentence for each theorem of `symcheck prove`."""

from __future__ import annotations

#: Theorem -> the lemma that code which fails the property cannot follow.
LEMMAS = {
    "constant-init": "units of a layer with equal rows, columns and biases have equal activations, equal deltas and so "
    "equal gradients: a step of descent keeps the rows of W equal (induction on the step)",
    "equitable-partitions": "equal row sums over blocks give equal activations, equal column sums give equal deltas; "
    "the update then keeps both sums equal",
    "optimizers": "an entrywise function of the gradient history gives equal updates to parameters with equal gradients",
    "zero-init": "delta_l = (W_(l+1)^T delta_(l+1)) * sigma'(z_l) is zero when W_(l+1) is, and dW_l = delta_l^T h_(l-1) "
    "is zero when h_(l-1) is: with sigma(0) = 0 only the output bias moves",
    "signs": "an odd activation does not notice when a unit's incoming weights and bias and its outgoing weights "
    "change sign together",
    "quotient": "the network of one unit a class, with summed weights and the rates eta |J| / |I|, computes the same "
    "function and follows the same trajectory",
    "zero-bias": "zero biases tie no units whose rows of W differ, and db is the sum of delta over the samples",
    "logistic-regression": "without hidden units dW = mean of (p - y) x^T, the gradient of a convex function: zero is "
    "as good a start as any",
    "he-gain": "with W ~ N(0, g^2 / n) a layer's activations are independent sigma(N(0, g^2 |h|^2 / n)), and g^2 "
    "E[sigma(z)^2] = 1",
    "arc-cosine": "for normal z and z' of correlation cos(theta) both are positive with probability (pi - theta) / (2 pi), "
    "and the correlation of relu(z) and relu(z') is (sin(theta) + (pi - theta) cos(theta)) / pi",
    "forward-pass": "the network itself, sample by sample and layer by layer: h_0 = x, z_l = W_l h_(l-1) + b_l, h_l = sigma(z_l)",
    "backpropagation": "the chain rule, layer by layer: delta_l = (W_(l+1)^T delta_(l+1)) * sigma'(z_l), "
    "dW_l = delta_l^T h_(l-1), db_l = the sum of delta_l over the samples",
    "descent": "theta - eta * gradient, for every parameter from its own gradient",
    "relabelling": "the names of hidden units carry no meaning: permuting them permutes rows of W_l and b_l and columns "
    "of W_(l+1), and nothing else",
    "rescaling": "a unit of a homogeneous activation does the same with a times its incoming weights and bias and 1/a times "
    "its outgoing weights: W_in . dW_in + b db = W_out . dW_out, whatever the loss",
    "zero-sum": "a softmax does not notice one number added to all that enters it: the output deltas of a sample sum to zero",
    "pure-functions": "a proof by induction on the step speaks of functions: the same arguments give the same result",
}

#: Theorems that `symcheck prove` knows by these names; the others are steps inside them.
PROVED = (
    "constant-init",
    "equitable-partitions",
    "optimizers",
    "zero-init",
    "signs",
    "quotient",
    "zero-bias",
    "logistic-regression",
    "he-gain",
    "arc-cosine",
)


def violated(theorem: str) -> str:
    """The lemma with where to read its proof."""
    where = f"  (symcheck prove {theorem})" if theorem in PROVED else ""
    return f"{LEMMAS[theorem]}{where}"
