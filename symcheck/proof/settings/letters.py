"""The arrays and functions of all networks.

Weights W, biases b, data x, pre-activations z, activations h, loss E with its slopes delta and gradients G and g, learning
rates eta, and n, the widths (or the numbers of blocks) of the layers.
"""

from __future__ import annotations

from symcheck.proof.kernel.terms import arrays, smooth

W, b, x, z, h, E, delta, G, g, n, eta = arrays("W b x z h E delta G g n eta")
sigma, slope = smooth("sigma"), smooth("sigma'")
