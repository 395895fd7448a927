"""Weights in a private dictionary, the number of inputs beside a list of layers, samples as columns."""

import numpy as np


class DeepNetwork:
    def __init__(self, nx, layers):
        if not isinstance(nx, int) or nx < 1:
            raise ValueError("nx must be a positive integer")
        self.__L = len(layers)
        self.__cache = {}
        self.__weights = {}
        before = nx
        for i, nodes in enumerate(layers, 1):
            self.__weights[f"W{i}"] = np.random.randn(nodes, before) * np.sqrt(1 / before)
            self.__weights[f"b{i}"] = np.zeros((nodes, 1))
            before = nodes

    @property
    def weights(self):
        return self.__weights

    def forward_prop(self, X):
        self.__cache["A0"] = X
        for i in range(1, self.__L + 1):
            z = self.__weights[f"W{i}"] @ self.__cache[f"A{i - 1}"] + self.__weights[f"b{i}"]
            self.__cache[f"A{i}"] = 1 / (1 + np.exp(-z))
        return self.__cache[f"A{self.__L}"], self.__cache

    def gradient_descent(self, Y, cache, alpha=0.05):
        m = Y.shape[1]
        dz = cache[f"A{self.__L}"] - Y
        for i in range(self.__L, 0, -1):
            A = cache[f"A{i - 1}"]
            dW, db = dz @ A.T / m, dz.sum(axis=1, keepdims=True) / m
            dz = self.__weights[f"W{i}"].T @ dz * A * (1 - A)
            self.__weights[f"W{i}"] = self.__weights[f"W{i}"] - alpha * dW
            self.__weights[f"b{i}"] = self.__weights[f"b{i}"] - alpha * db

    def train(self, X, Y, iterations=100, alpha=0.05):
        for _ in range(iterations):
            _, cache = self.forward_prop(X)
            self.gradient_descent(Y, cache, alpha)
