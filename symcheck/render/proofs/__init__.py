"""Theorems for their readers: as a document, told in the order in which it is understood, and as plain data."""

from symcheck.render.proofs.data import theorem_data
from symcheck.render.proofs.outline import collected, outline
from symcheck.render.proofs.student import checked_text

__all__ = ["checked_text", "collected", "outline", "theorem_data"]
