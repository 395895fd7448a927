"""A network from scratch as its author left it: found by looking, then by trying, and made a subject of the protocol."""
