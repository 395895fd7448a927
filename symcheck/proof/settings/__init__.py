"""What theorems speak of, as texts that they use, and the worlds in which their steps are tried."""
