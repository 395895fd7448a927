"""What theorems speak of: networks, blocks of units, random layers, real functions; with definitions and finite worlds."""
