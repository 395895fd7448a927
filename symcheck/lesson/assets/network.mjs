// A multilayer perceptron in training, as case.py trains it: mean squared error, gradient descent, a factor of the
// rate for each weight, a penalty on |W|, a mask of the first hidden layer. Sums run in one order, so that equal rows stay equal.

import { ACTIVATIONS } from "./activations.mjs";

export function trained(task) {
  let now = { weights: task.weights, biases: task.biases };
  const frames = [];
  for (let step = 0; step <= task.steps; step++) {
    const mask = task.masks ? task.masks[step % task.masks.length] : null;
    const frame = frameOf(task, now, mask);
    frames.push(frame);
    now = updated(task, now, frame);
  }
  return frames;
}

// Before how many of the frames a number leaves the range of floating point: from there on nothing can be compared.
export function soundFrames(frames) {
  const finite = (part) => (Array.isArray(part) ? part.every(finite) : typeof part === "number" ? Number.isFinite(part) : Object.values(part).every(finite));
  const first = frames.findIndex((frame) => !finite(frame));
  return first < 0 ? frames.length : first;
}

function frameOf(task, { weights, biases }, mask) {
  const { value, slope } = ACTIVATIONS[task.activation];
  const seen = mask ? weights.map((W, l) => (l === 1 ? W.map((row) => row.map((w, j) => w * mask[j])) : W)) : weights;
  const z = forward(seen, biases, task.X, value);
  const plain = mask ? forward(weights, biases, task.X, value) : z;
  const last = weights.length - 1;
  const size = task.X.length * task.Y[0].length;
  let delta = z[last].map((row, s) => row.map((o, i) => ((o - task.Y[s][i]) * 2) / size));
  const deltas = [], gradients = [];
  for (let l = last; l >= 0; l--) {
    const below = l ? z[l - 1].map((row) => row.map(value)) : task.X;
    const own = delta;
    gradients[l] = {
      W: seen[l].map((row, i) =>
        row.map((_, j) => own.reduce((sum, d, s) => sum + d[i] * below[s][j], 0) * (mask && l === 1 ? mask[j] : 1))),
      b: biases[l].map((_, i) => own.reduce((sum, d) => sum + d[i], 0)),
    };
    deltas[l] = gradients[l].b;
    if (l) {
      delta = own.map((d, s) =>
        z[l - 1][s].map((at, j) => d.reduce((sum, own_, i) => sum + own_ * seen[l][i][j], 0) * slope(at)));
    }
  }
  const loss = z[last].reduce((sum, row, s) => sum + row.reduce((part, o, i) => part + (o - task.Y[s][i]) ** 2, 0), 0) / size;
  const units = plain.slice(0, last).map((layer) => layer.map((row) => row.map(value)));
  const h = units.map((layer, l) => (mask && l === 0 ? layer.map((row) => row.map((v, j) => v * mask[j])) : layer));
  return { weights, biases, z, h, units, delta: deltas, gradients, loss };
}

function forward(weights, biases, X, value) {
  const z = [];
  let below = X;
  weights.forEach((W, l) => {
    z[l] = below.map((h) => W.map((row, i) => row.reduce((sum, w, j) => sum + w * h[j], 0) + biases[l][i]));
    below = z[l].map((row) => row.map(value));
  });
  return z;
}

function updated(task, now, frame) {
  const step = (w, g, rate) => w - rate * (task.l1 ? g + task.l1 * Math.sign(w) : g);
  return {
    weights: now.weights.map((W, l) =>
      W.map((row, i) => row.map((w, j) => step(w, frame.gradients[l].W[i][j], task.rate * task.factors[l][0][i][j])))),
    biases: now.biases.map((b, l) => b.map((v, i) => step(v, frame.gradients[l].b[i], task.rate * task.factors[l][1][i]))),
  };
}
