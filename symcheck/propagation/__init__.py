"""Does the signal survive the depth: exact laws of one layer with independent normal weights and zero biases."""
