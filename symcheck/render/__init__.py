"""Views of a report: terminal and HTML. They add nothing to what the report says."""
