"""``fit`` goes through the samples one by one and updates after each; the forward takes them all."""

import numpy as np


class MLP:
    def __init__(self, n_inputs, n_hidden, n_outputs, learning_rate=0.1):
        self.weights_hidden = np.random.uniform(-1, 1, (n_inputs, n_hidden))
        self.bias_hidden = np.zeros(n_hidden)
        self.weights_output = np.random.uniform(-1, 1, (n_hidden, n_outputs))
        self.bias_output = np.zeros(n_outputs)
        self.learning_rate = learning_rate

    def sigmoid(self, z):
        return 1 / (1 + np.exp(-z))

    def forward(self, X):
        self.hidden = self.sigmoid(X @ self.weights_hidden + self.bias_hidden)
        return self.sigmoid(self.hidden @ self.weights_output + self.bias_output)

    def fit(self, X, y, epochs=10):
        for _ in range(epochs):
            for xi, target in zip(X, y):
                output = self.forward(xi)
                delta_output = (output - target) * output * (1 - output)
                delta_hidden = delta_output @ self.weights_output.T * self.hidden * (1 - self.hidden)
                self.weights_output -= self.learning_rate * np.outer(self.hidden, delta_output)
                self.bias_output -= self.learning_rate * delta_output
                self.weights_hidden -= self.learning_rate * np.outer(xi, delta_hidden)
                self.bias_hidden -= self.learning_rate * delta_hidden
