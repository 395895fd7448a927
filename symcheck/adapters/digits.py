"""The digits of scikit-learn: 1,797 images of 8 x 8 (Alpaydin and Kaynak 1998), as the race needs them."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np

from symcheck.errors import SymcheckError
from symcheck.types import Array


def digits() -> tuple[Array, Array]:
    """Images, shape (1797, 64), each pixel from 0 to 1, and labels from 0 to 9, shape (1797,).

    Raises:
        SymcheckError: scikit-learn is not installed.
    """
    if find_spec("sklearn") is None:
        raise SymcheckError("the race needs scikit-learn's digits: pip install scikit-learn")
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    return np.asarray(images, float) / 16.0, np.asarray(labels)
