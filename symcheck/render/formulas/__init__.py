"""Formulas of a proof: boxes, which know what a reader knows, made from terms and written as text, LaTeX and MathML."""
