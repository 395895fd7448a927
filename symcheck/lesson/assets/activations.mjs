// Activations with their slopes (0 for ReLU at 0) and what the decision about ties needs to know of each:
// whether it is 0 at 0, and whether its slope is too.

export const ACTIVATIONS = {
  tanh: { value: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2, zero: true, flat: false },
  relu: { value: (z) => (z > 0 ? z : 0), slope: (z) => (z > 0 ? 1 : 0), zero: true, flat: true },
  sigmoid: { value: sigmoid, slope: (z) => sigmoid(z) * (1 - sigmoid(z)), zero: false, flat: false },
};

function sigmoid(z) {
  return z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));
}
