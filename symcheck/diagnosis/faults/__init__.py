"""The catalogue of known faults: each replaces lines of a correct forward and backward pass by wrong ones."""
