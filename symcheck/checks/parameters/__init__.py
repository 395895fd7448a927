"""Checks of a model's parameters, one by one: values, randomness, copies, and the laws of a recipe or of known layers."""
