"""The pytest plugin: options, the session of a run, its tests, and how a failure is shown."""
