"""Recipes: which parameter of a model has which law, as a user writes it down, and what that says of given shapes."""
