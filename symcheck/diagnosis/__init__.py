"""From what was measured to the likely mistake: of laws, gradients, outputs and updates."""
