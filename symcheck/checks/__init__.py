"""The checks: a registry, one file per family, the counterexamples they must reject, and the runner."""
