"""Brings the plugin where its entry point is not installed, as in a checkout on the path."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Load the plugin unless it is there."""
    if not pluginmanager.hasplugin("symcheck"):
        pluginmanager.import_plugin("symcheck.pytest.plugin")
