"""Rocq (Coq) as a second judge: theorems written out with proofs that it checks by itself.

`document` gives one file for any number of theorems. What a theorem says is taken from the kernel's proof by `statement_of`
and written in Gallina; its proof is a script beside this file. Nothing here is trusted with the proof: Rocq accepts it or not.

Rocq speaks of natural numbers where the kernel speaks of integers, of any commutative ring (or field, or ordered ring) where
the kernel speaks of real numbers, and has no derivatives: the activation and its slope are any two functions, and
backpropagation is a premise. What has no counterpart is refused.
"""

from symcheck.proof.rocq.document import document, provable
from symcheck.proof.rocq.from_proof import statement_of
from symcheck.proof.rocq.indices import NotWritable
from symcheck.proof.rocq.statement import Statement

__all__ = ["NotWritable", "Statement", "document", "provable", "statement_of"]
