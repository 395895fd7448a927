"""Trains the reference network from every initialization of the gallery on real data, and compares what comes of it."""
