"""The property suite as an oracle: what properties are made of, and how a failure is told."""
