"""Networks are read whose names are in other languages than English."""

from __future__ import annotations

from pathlib import Path

import pytest

import symcheck

NETWORK = """import numpy as np


class {net}:
    def __init__(self, {n_in}, {n_hidden}, {n_out}, {rate}=0.1):
        self.{weights}1 = np.random.randn({n_in}, {n_hidden})
        self.{bias}1 = np.zeros({n_hidden})
        self.{weights}2 = np.random.randn({n_hidden}, {n_out})
        self.{bias}2 = np.zeros({n_out})
        self.{rate} = {rate}

    def {forward}(self, {inputs}):
        self.h = np.tanh({inputs} @ self.{weights}1 + self.{bias}1)
        self.o = self.h @ self.{weights}2 + self.{bias}2
        return self.o

    def {train}(self, {inputs}, {targets}, {rounds}=500):
        for i in range({rounds}):
            d2 = (self.{forward}({inputs}) - {targets}) / len({inputs})
            d1 = (d2 @ self.{weights}2.T) * (1 - self.h ** 2)
            self.{weights}2 -= self.{rate} * self.h.T @ d2
            self.{bias}2 -= self.{rate} * d2.sum(axis=0)
            self.{weights}1 -= self.{rate} * {inputs}.T @ d1
            self.{bias}1 -= self.{rate} * d1.sum(axis=0)
"""
ROLES = [
    "net",
    "n_in",
    "n_hidden",
    "n_out",
    "rate",
    "weights",
    "bias",
    "forward",
    "train",
    "inputs",
    "targets",
    "rounds",
]
NAMES = {
    "Chinese": "神经网络 输入层数 隐藏层数 输出层数 学习率 权重 偏置 前向传播 训练 输入 目标 轮数",
    "French": "Reseau entrees cachees sorties taux_apprentissage poids biais propagation_avant entrainer entree cible epoques",
    "German": "Netz eingaenge verdeckte ausgaenge lernrate gewicht schwelle vorwaerts trainieren eingabe ziel epochen",
    "Portuguese": "Rede entradas ocultas saidas taxa_aprendizado peso vies prever treinar entrada alvo epocas",
    "Russian": "Сеть входов скрытых выходов скорость_обучения веса смещение прямой_проход обучить вход цель эпох",
    "Spanish": "Red entradas ocultas salidas tasa_aprendizaje pesos sesgo propagar_adelante entrenar entrada objetivo epocas",
}
ONLY = ["implementation.gradients_are_those_of_the_loss"]


def written(folder: Path, language: str) -> Path:
    path = folder / "net.py"
    names = dict(zip(ROLES, NAMES[language].split(), strict=True))
    path.write_text(NETWORK.format(**names), encoding="utf-8")
    return path


@pytest.mark.first(1)
@pytest.mark.parametrize("language", NAMES)
def test_what_a_language_calls_its_parts_is_known(language: str, tmp_path: Path) -> None:
    report = symcheck.check(str(written(tmp_path, language)), only=ONLY)
    assert [f.status for f in report.findings] == ["passed"]
    assert any(note.startswith("these are the gradients of half the squared error averaged") for note in report.notes)


@pytest.mark.first(1)
@pytest.mark.parametrize("language", ["Chinese", "Spanish"])
def test_faults_are_found_in_it(language: str, tmp_path: Path) -> None:
    path = written(tmp_path, language)
    path.write_text(path.read_text(encoding="utf-8").replace("(1 - self.h ** 2)", "(1 - self.h)"), encoding="utf-8")
    assert not symcheck.check(str(path), only=ONLY).passed
