"""What training can ever reach from a model's initial parameters, found from gradients alone."""
