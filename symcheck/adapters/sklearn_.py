"""scikit-learn: fitted or unfitted MLPs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.neural_network import MLPClassifier, MLPRegressor

from symcheck.adapters.base import Adapter, NetworkParts
from symcheck.adapters.held import AdaptedParameter
from symcheck.errors import SubjectError, counted
from symcheck.laws.libraries import LIBRARY_LAWS
from symcheck.parameters import Documented, Parameter

#: What an unfitted estimator is shown to learn its input and output widths from.
FEATURES, CLASSES = 16, 3


class ScikitLearnAdapter(Adapter):
    """scikit-learn."""

    def is_network(self, obj: Any) -> bool:
        """Whether the object is an MLP estimator."""
        return isinstance(obj, MLPClassifier | MLPRegressor)

    def is_model_class(self, obj: Any) -> bool:
        """Whether the object is an MLP class."""
        return isinstance(obj, type) and issubclass(obj, MLPClassifier | MLPRegressor)

    def is_factory(self, obj: Any) -> bool:
        """Whether the object is an MLP class, to be built without arguments."""
        return self.is_model_class(obj)

    def has_parameters(self, obj: Any) -> bool:
        """Whether the object is an MLP estimator."""
        return self.is_network(obj)

    def parameters(self, model: Any) -> list[AdaptedParameter]:
        """The weights of a fitted estimator; those of one that is not fitted, as it would begin."""
        fitted = hasattr(model, "coefs_")
        begun = model if fitted else _initialized(model)
        name = "MLP*(activation='logistic')" if model.activation == "logistic" else "MLPClassifier"
        kind = f"sklearn.neural_network.{type(model).__name__}"
        law = () if fitted else (Documented(LIBRARY_LAWS["sklearn"][name], kind),)
        found: list[AdaptedParameter] = []
        for i, (weight, bias) in enumerate(zip(begun.coefs_, begun.intercepts_, strict=True)):
            inputs, outputs = weight.shape
            told = Parameter("", None, layer=kind, inputs=inputs, outputs=outputs, documented=law)
            found.append(AdaptedParameter(replace(told, name=f"coefs_.{i}", role="weight"), weight))
            found.append(AdaptedParameter(replace(told, name=f"intercepts_.{i}", role="bias"), bias))
        return found

    def network(self, estimator: Any) -> NetworkParts:
        """Read the weights; an unfitted estimator is initialized without taking a step that could change them."""
        fitted = hasattr(estimator, "coefs_")
        model = estimator if fitted else _initialized(estimator)
        activation = model.activation
        head = "softmax" if model.out_activation_ == "softmax" else "linear"
        parts = NetworkParts(
            [np.asarray(w).T for w in model.coefs_],
            [np.asarray(b) for b in model.intercepts_],
            [activation] * (len(model.coefs_) - 1),
            head=head,
            layout="in_out",
        )
        if not fitted:
            parts.notes.append(
                f"unfitted: initialized for {FEATURES} features and {counted(model.n_outputs_, 'output')}"
            )
            name = "MLP*(activation='logistic')" if activation == "logistic" else "MLPClassifier"
            parts.law = LIBRARY_LAWS["sklearn"][name]
        return parts


ADAPTER = ScikitLearnAdapter()


def _initialized(estimator: Any) -> Any:
    """Initialize a clone through the public ``partial_fit``, with a step too small to change any weight."""
    X = np.eye(2 * CLASSES, FEATURES)
    model = clone(estimator).set_params(
        solver="sgd", learning_rate_init=1e-300, alpha=0.0, momentum=0.0, nesterovs_momentum=False
    )
    y = np.arange(2 * CLASSES) % CLASSES
    try:
        if isinstance(model, MLPClassifier):
            return model.partial_fit(X, y, classes=np.arange(CLASSES))
        return model.partial_fit(X, y / CLASSES)
    except ValueError as error:
        raise SubjectError(f"the estimator cannot be initialized: {error}") from error
