"""Formulas of a proof: boxes, which know what a reader knows, made from sympy and written as text, LaTeX and MathML."""
