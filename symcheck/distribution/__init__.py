"""Does a sampler follow its law? Tests with exact or guaranteed p-values, and recognition of the law it does follow."""
