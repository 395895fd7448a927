"""The kernel: the language of proofs, its rules, the two judges, and the check of a whole proof. Nothing else is trusted."""
