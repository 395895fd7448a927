"""What the libraries promise under each name: one name means several laws, so each is written out.

Read from the libraries' sources and documentation (torch 2.13, jax 0.10, keras 3.15, thinc 9.1, scikit-learn).
"""

from __future__ import annotations

_TRUNCATED = "distribution=truncated_normal"

#: Library -> function or class -> law at its default arguments.
LIBRARY_LAWS: dict[str, dict[str, str]] = {
    "torch": {
        "kaiming_normal_": "he_normal",
        "kaiming_uniform_": "he_uniform",
        "xavier_normal_": "glorot_normal",
        "xavier_uniform_": "glorot_uniform",
        "normal_": "normal",
        "uniform_": "uniform",
        "trunc_normal_": "truncated_normal(1, -2, 2)",
        "orthogonal_": "orthogonal",
        "eye_": "identity",
        "dirac_": "identity",
        "zeros_": "zeros",
        "ones_": "ones",
    },
    "jax": {
        "he_normal": f"he_normal({_TRUNCATED})",
        "he_uniform": "he_uniform",
        "kaiming_normal": f"he_normal({_TRUNCATED})",
        "kaiming_uniform": "he_uniform",
        "glorot_normal": f"glorot_normal({_TRUNCATED})",
        "glorot_uniform": "glorot_uniform",
        "xavier_normal": f"glorot_normal({_TRUNCATED})",
        "xavier_uniform": "glorot_uniform",
        "lecun_normal": f"lecun_normal({_TRUNCATED})",
        "lecun_uniform": "lecun_uniform",
        "normal": "normal(0.01)",
        "truncated_normal": "truncated_normal(0.01)",
        "uniform": "uniform(0, 0.01)",
        "orthogonal": "orthogonal",
        "zeros": "zeros",
        "ones": "ones",
    },
    "keras": {
        "HeNormal": f"he_normal({_TRUNCATED})",
        "HeUniform": "he_uniform",
        "GlorotNormal": f"glorot_normal({_TRUNCATED})",
        "GlorotUniform": "glorot_uniform",
        "LecunNormal": f"lecun_normal({_TRUNCATED})",
        "LecunUniform": "lecun_uniform",
        "Zeros": "zeros",
        "Ones": "ones",
    },
    "thinc": {
        "he_normal_init": "he_normal",
        "he_uniform_init": "he_uniform",
        "glorot_normal_init": "glorot_normal",
        "glorot_uniform_init": "glorot_uniform",
        "lecun_normal_init": "lecun_normal",
        "lecun_uniform_init": "lecun_uniform",
        "uniform_init": "uniform(-0.1, 0.1)",
        "zero_init": "zeros",
    },
    "sklearn": {
        "MLPClassifier": "glorot_uniform",
        "MLPRegressor": "glorot_uniform",
        "MLP*(activation='logistic')": "glorot_uniform(gain=0.57735026918962573)",
    },
}
