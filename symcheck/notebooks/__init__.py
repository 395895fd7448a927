"""An example notebook, made and executed by a command."""
