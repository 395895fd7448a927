"""What the user brings: an initializer or a network, found by name or given as an object, and treated as hostile."""
