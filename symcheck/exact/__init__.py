"""Exact evidence about weights: GF(2^61 - 1), random interpretation, gradient colour refinement."""
