"""The notation of theorems: from text to proofs, which the kernel then checks; nothing here is trusted."""
