"""The language in which theorems are stated."""
