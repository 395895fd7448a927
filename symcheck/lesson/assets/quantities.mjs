// What a line of a proof says of one unit, as lines.py has it; layers and units count from 0.

const fromBelow = (row, l) => (l === 0 ? row : [row.reduce((a, b) => a + b, 0)]);
const intoAbove = (column, outputs) => (outputs ? column : [column.reduce((a, b) => a + b, 0)]);

export const QUANTITIES = {
  rows: (f, l, i) => fromBelow(f.weights[l][i], l),
  columns: (f, l, i) => intoAbove(f.weights[l + 1].map((row) => row[i]), l + 2 === f.weights.length),
  biases: (f, l, i) => [f.biases[l][i]],
  forward: (f, l, i) => [f.z[l][0][i]],
  activations: (f, l, i) => [f.h[l][0][i]],
  backward: (f, l, i) => [f.delta[l][i]],
  "gradient-rows": (f, l, i) => f.gradients[l].W[i],
  "gradient-columns": (f, l, i) => f.gradients[l + 1].W.map((row) => row[i]),
  "gradient-biases": (f, l, i) => [f.gradients[l].b[i]],
};

export function stepOf(part, step) {
  return part === "base" ? 0 : part === "step" ? step + 1 : step;
}
