"""Do units stay tied for ever? The decision, its certificate and its consequences."""

from symcheck.symmetry.certificate import Certificate
from symcheck.symmetry.certified_layer import CertifiedLayer
from symcheck.symmetry.certify import certify
from symcheck.symmetry.verify import Verification, verify

__all__ = ["Certificate", "CertifiedLayer", "Verification", "certify", "verify"]
