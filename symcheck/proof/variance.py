from __future__ import annotations

from symcheck.proof import variance_layers
from symcheck.proof.theorem import Entry

ENTRIES = {
    "he-gain": Entry(variance_layers.he_gain, {}),
    "scale-power": Entry(variance_layers.scale_power, {}),
    "leaky-gain": Entry(variance_layers.leaky_gain, {}),
}
