"""Do units stay tied for ever? The decision, its certificate and its consequences."""

from symcheck.symmetry.certificate import Certificate as Certificate
from symcheck.symmetry.certificate import certify as certify
