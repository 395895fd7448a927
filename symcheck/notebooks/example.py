"""The cells of the example: what each result looks like in a notebook, on something wrong and on something right."""

from __future__ import annotations

#: (kind, source) of each cell.
CELLS: tuple[tuple[str, str], ...] = (
    (
        "markdown",
        "# Weights at random: is it right, and why?\n\n"
        "Everything below is computed. A result at the end of a cell shows itself; `print` shows what the command line does.",
    ),
    ("code", "import numpy as np\nimport symcheck"),
    ("markdown", "## Is my initializer He's?\n\nThis one has lost the factor 2."),
    (
        "code",
        "def init(layer_size, l):\n"
        "    return np.random.randn(layer_size[l], layer_size[l-1]) * np.sqrt(1 / layer_size[l-1])\n\n"
        'report = symcheck.check(init, law="he_normal")\nreport',
    ),
    ("code", "report.passed, report.said"),
    ("markdown", "Which law is it, then?"),
    ("code", "symcheck.identify(init)"),
    (
        "markdown",
        "## Do my weights break symmetry?\n\nAll weights 0.5: the certificate says which units stay equal, for any data and any loss.",
    ),
    ("code", 'tied = [np.full((4, 3), 0.5), np.full((2, 4), 0.5)]\nsymcheck.certify(tied, activation="tanh")'),
    (
        "code",
        "random = [np.random.randn(4, 3), np.random.randn(2, 4)]\n"
        'symcheck.certify(random, activation="tanh").verdict_in_words',
    ),
    ("markdown", "## Why?\n\nThe theorem, as the kernel accepts it; and without one of its hypotheses."),
    ("code", 'symcheck.prove("zero-init")'),
    ("code", 'symcheck.prove("zero-init", without=["zero-weights"])'),
    ("markdown", "## How large?\n\nThe gain that keeps the second moment of signals."),
    ("code", 'symcheck.gain("tanh")'),
    ("code", 'network = symcheck.Network(tied, activation="tanh")\nsymcheck.reach(network)'),
)
