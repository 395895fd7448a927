"""The theorems, a file for each family, and beside them why each of their hypotheses is needed."""
