"""The version, where both the package and its reports find it."""

__version__ = "0.1.0"
