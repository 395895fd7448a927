"""One line of each file of ``tests/scratch`` changed, as mistakes are made."""

from __future__ import annotations

#: (file, what stands there, what is written in its place, what is wrong then: "gradients", "outputs", "shape", or "raises" where widths differ)
FAULTS = {
    "averaged twice": ("course_dictionary", "dZ = AL - Y", "dZ = (AL - Y) / m", "gradients"),
    "not averaged": ("course_dictionary", "dZ @ A_prev.T / m", "dZ @ A_prev.T", "gradients"),
    "derivative of the activation missing": (
        "course_dictionary",
        "dZ = dA * (caches[l - 2][1] > 0)",
        "dZ = dA",
        "gradients",
    ),
    "one number for all biases": (
        "course_dictionary",
        "np.sum(dZ, axis=1, keepdims=True) / m",
        "np.sum(dZ) / m",
        "shape",
    ),
    "dW2 in place of W2": ("one_hidden_layer", 'np.dot(parameters["W2"].T, dZ2)', "np.dot(dW2.T, dZ2)", "gradients"),
    "derivative of tanh without the square": (
        "one_hidden_layer",
        '(1 - cache["A1"] ** 2)',
        '(1 - cache["A1"])',
        "gradients",
    ),
    "bias forgotten in the forward": (
        "one_hidden_layer",
        'Z2 = np.dot(parameters["W2"], A1) + parameters["b2"]',
        'Z2 = np.dot(parameters["W2"], A1)',
        "outputs",
    ),
    "derivative at the wrong layer": (
        "column_network",
        "delta) * sigmoid_prime(zs[-l])",
        "delta) * sigmoid_prime(zs[-l + 1])",
        "raises",
    ),
    "output's derivative missing": ("column_network", " * sigmoid_prime(zs[-1])\n", "\n", "gradients"),
    "relu's mask forgotten": ("two_layer_net", "        dh[h <= 0] = 0\n", "", "gradients"),
    "averaged in the loss alone": ("two_layer_net", "        dscores /= N\n", "", "gradients"),
    "bias gradient is a mean": ("two_layer_net", "dh.sum(axis=0)", "dh.mean(axis=0)", "gradients"),
    "errors not sent through the output's derivative": (
        "train_and_query",
        "np.dot(self.who.T, output_deltas)",
        "np.dot(self.who.T, output_errors)",
        "gradients",
    ),
    "weights used after they were updated": (
        "fit_and_predict",
        "            grad_h = grad_out @ self.W2.T * (1 - self.h**2)\n            self.W2 -= self.lr * self.h.T @ grad_out\n",
        "            self.W2 -= self.lr * self.h.T @ grad_out\n            grad_h = grad_out @ self.W2.T * (1 - self.h**2)\n",
        "gradients",
    ),
    "softmax over the wrong axis": (
        "loose_arrays",
        "e / e.sum(axis=0, keepdims=True)",
        "e / e.sum(axis=1, keepdims=True)",
        "outputs",
    ),
    "bias gradient of the whole batch": (
        "loose_arrays",
        "db1 = np.sum(dZ1, axis=1, keepdims=True) / m",
        "db1 = np.sum(dZ1) / m",
        "shape",
    ),
    "one gradient in place of another": ("list_of_dictionaries", "delta @ layers[i]", "delta @ grads[i]", "gradients"),
    "derivative of the output at its sum": (
        "neurons",
        "return output * (1.0 - output)",
        "return 1.0 - output",
        "gradients",
    ),
    "update of the bias forgotten": (
        "neurons",
        '            neuron["weights"][-1] -= l_rate * neuron["delta"]\n',
        "",
        "gradients",
    ),
    "derivative of the hidden layer missing": (
        "data_in_constructor",
        "np.dot(delta, self.weights2.T) * sigmoid_derivative(self.layer1)",
        "np.dot(delta, self.weights2.T)",
        "gradients",
    ),
    "mask of the inputs": ("module_globals", "* (h > 0)", "* (h >= 0)", "gradients"),
    "bias gradient keeps its axis": (
        "forward_backward_class",
        "self.db1 = dz1.sum(axis=0)",
        "self.db1 = dz1.sum(axis=0, keepdims=True)",
        "shape",
    ),
    "activation on the wrong array": ("forward_backward_class", "self.a1 @ self.W2", "self.z1 @ self.W2", "outputs"),
    "momentum with the wrong sign": (
        "momentum",
        "delta @ self.weights[i].T * h * (1 - h)",
        "delta @ self.weights[i].T * h",
        "gradients",
    ),
    "bias column passed back": ("bias_column", "a * (1 - a)", "a * (1 + a)", "gradients"),
    "derivative assigned and not added": (
        "scalar_graph",
        "            other.grad += self.data * out.grad",
        "            other.grad = self.data * out.grad",
        "gradients",
    ),
    "derivative of tanh": ("scalar_graph", "(1 - t**2)", "(1 - t)", "gradients"),
    "derivatives never set back": ("graph_in_a_loop", "        w.grad = 0.0\n", "        w.value += 0.0\n", "grow"),
    "derivative of a squashed node": ("graph_in_a_loop", "s * (1 - s)", "s", "gradients"),
    "dvalues of the wrong side": ("layer_objects", "self.dinputs[self.inputs <= 0] = 0", "pass", "gradients"),
    "inputs not averaged": (
        "layer_objects",
        "self.dinputs = self.dinputs / samples",
        "self.dinputs = self.dinputs * 1.0",
        "gradients",
    ),
    "error not passed back": (
        "sequential",
        "return self.activation_prime(self.input) * output_error",
        "return output_error",
        "gradients",
    ),
    "deriv of the pre-activation": (
        "module_loop",
        "l1_error * nonlin(l1, deriv=True)",
        "l1_error * nonlin(l1)",
        "gradients",
    ),
    "error in place of delta": (
        "module_loop",
        "l1_error = l2_delta.dot(syn1.T)",
        "l1_error = l2_error.dot(syn1.T)",
        "gradients",
    ),
    "hidden delta without its derivative": (
        "fit_makes_weights",
        "delta_out @ self.w_out.T * a_h * (1 - a_h)",
        "delta_out @ self.w_out.T",
        "gradients",
    ),
    "update of the output's weights before they are used": (
        "online",
        "                delta_hidden = delta_output @ self.weights_output.T * self.hidden * (1 - self.hidden)\n"
        "                self.weights_output -= self.learning_rate * np.outer(self.hidden, delta_output)\n",
        "                self.weights_output -= self.learning_rate * np.outer(self.hidden, delta_output)\n"
        "                delta_hidden = delta_output @ self.weights_output.T * self.hidden * (1 - self.hidden)\n",
        "gradients",
    ),
    "derivative of tanh in one function": (
        "one_function",
        "d_out @ w_out.T * (1 - h**2)",
        "d_out @ w_out.T * (1 - h)",
        "gradients",
    ),
    "error of the guard's loop": ("main_guard", "delta.dot(U.T)", "(out - wanted).dot(U.T)", "gradients"),
    "power of tanh forgotten": ("global_data", "(1 - np.power(a1, 2))", "(1 - np.power(a1, 1))", "gradients"),
    "mask of the lists forgotten": ("plain_lists", "d if v > 0 else 0.0", "d", "gradients"),
    "weights of a private dictionary updated first": (
        "private_state",
        """            dz = self.__weights[f"W{i}"].T @ dz * A * (1 - A)
            self.__weights[f"W{i}"] = self.__weights[f"W{i}"] - alpha * dW
""",
        """            self.__weights[f"W{i}"] = self.__weights[f"W{i}"] - alpha * dW
            dz = self.__weights[f"W{i}"].T @ dz * A * (1 - A)
""",
        "gradients",
    ),
    "bias gradient of a handed slope is a mean": ("handed_slope", "dout.sum(axis=0)", "dout.mean(axis=0)", "gradients"),
    "bias before the derivative": (
        "class_numbers",
        "delta_out.sum(axis=0)",
        "(2 * (a_out - onehot) / len(y)).sum(axis=0)",
        "gradients",
    ),
    "mask beside the settings forgotten": ("settings_object", "        d[self.h <= 0] = 0\n", "", "gradients"),
    "derivative beside the bias units": (
        "hidden_bias_units",
        "(D[-1] @ self.W[layer].T) * A[layer] * (1 - A[layer])",
        "(D[-1] @ self.W[layer].T) * A[layer]",
        "gradients",
    ),
    "derivative beside the dropped": ("dropout_inside", " * self.mask * (1 - self.h**2)", " * self.mask", "gradients"),
    "mask of a script forgotten": ("asks_and_writes", "d @ self.w2.T * (self.h > 0)", "d @ self.w2.T", "gradients"),
    "derivative inside a training missing": (
        "trained_inside",
        '(err @ net["W2"].T) * (1 - h**2)',
        'err @ net["W2"].T',
        "gradients",
    ),
    "mask of a crossed batch forgotten": (
        "crossed_batches",
        "self.W2.T @ dZ2 * (self.Z1 > 0)",
        "self.W2.T @ dZ2",
        "gradients",
    ),
    "weight of the other unit": (
        "separate_numbers",
        "right = delta * self.top.w2",
        "right = delta * self.top.w1",
        "gradients",
    ),
}

#: What has to be declared for a fault to be one: without it the gradients are right for another loss.
UNSAID = {
    "output's derivative missing": '\n\nloss = "squared_error"\n',
    "inputs not averaged": '\n\nloss = "softmax_cross_entropy"\n',
}
