"""The checks: what one is, one file per family, the catalogue of them all, the runner, and what is said of them."""
