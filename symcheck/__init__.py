"""symcheck: proves, decides and tests what is claimed of neural-network weight initialization."""

__version__ = "0.1.0"
