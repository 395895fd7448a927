"""Data in globals, targets as numbers of classes, a penalty on the weights, and one function that returns a model."""

import numpy as np

rng = np.random.default_rng(5)
X = rng.normal(size=(90, 2))
y = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)
count = len(X)
n_classes = 3
epsilon = 0.02
reg_lambda = 0.01


def predict(model, x):
    hidden = np.tanh(x @ model["W1"] + model["b1"])
    return np.argmax(hidden @ model["W2"] + model["b2"], axis=1)


def build_model(nn_hdim, passes=100):
    W1 = np.random.randn(2, nn_hdim)
    b1 = np.zeros((1, nn_hdim))
    W2 = np.random.randn(nn_hdim, n_classes) / np.sqrt(nn_hdim)
    b2 = np.zeros((1, n_classes))
    model = {}
    for _ in range(passes):
        a1 = np.tanh(X.dot(W1) + b1)
        scores = a1.dot(W2) + b2
        exp_scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        probs = exp_scores / exp_scores.sum(axis=1, keepdims=True)
        delta2 = probs
        delta2[range(count), y] -= 1
        delta2 /= count
        dW2 = a1.T.dot(delta2)
        db2 = delta2.sum(axis=0, keepdims=True)
        delta1 = delta2.dot(W2.T) * (1 - np.power(a1, 2))
        dW1 = X.T.dot(delta1)
        db1 = delta1.sum(axis=0, keepdims=True)
        dW2 += reg_lambda * W2
        dW1 += reg_lambda * W1
        W1 += -epsilon * dW1
        b1 += -epsilon * db1
        W2 += -epsilon * dW2
        b2 += -epsilon * db2
        model = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    return model


model = build_model(4)
print((predict(model, X) == y).mean())
