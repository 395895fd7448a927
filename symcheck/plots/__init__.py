"""Pictures of what was found, with matplotlib: measured beside promised, with the band of chance."""
