"""Faulty initializers, by what they get wrong; importing the package files each under the check that must reject it."""
