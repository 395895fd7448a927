// The refuted claims, run again in the page.

import { ACTIVATIONS } from "./activations.mjs";
import { alike } from "./alike.mjs";
import { trained } from "./network.mjs";
import { fixed } from "./numbers.mjs";

export function startClaims(settings) {
  const runs = { C17: small, C19: factor, C12: () => deterministic(settings), C23: () => constant(0.1, settings), C25: () => constant(0.5, settings) };
  for (const button of document.querySelectorAll("[data-run]")) {
    const run = runs[button.dataset.run];
    button.parentElement.hidden = !run;
    if (run) button.addEventListener("click", () => { button.nextElementSibling.textContent = run(); });
  }
}

function constant(value, settings) {
  const weights = [filled(4, 3, () => value), filled(4, 4, () => value), filled(1, 4, () => value)];
  const frames = trained(task(weights, drawn(5, 3), 50));
  const counts = frames.map((f) => f.units.map((h) => new Set(alike(h, settings.near)).size));
  const most = Math.max(...counts.flat());
  return `3-4-4-1, all weights ${value}, five points drawn now, 50 updates: ${most === 1 ? "one class in each layer, at every step" : `${most} classes`}.`;
}

function deterministic(settings) {
  const signs = [[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]].map((row) => row.map((v) => v / 2));
  const frames = trained(task([signs, signs, [signs[0]]], drawn(5, 4), 1));
  const counts = frames[1].units.map((h) => new Set(alike(h, settings.near).map(Math.abs)).size);
  return `4-4-4-1, the Hadamard matrix in both layers, nothing random in it: ${counts.join(" and ")} classes of 4 units after one update.`;
}

function small() {
  const slope = ACTIVATIONS.sigmoid.slope;
  return `The slope of a sigmoid with one input of 1: ${fixed(slope(0.01), 6)} at the weight 0.01, ${fixed(slope(10), 6)} at 10.`;
}

function factor() {
  const [width, depth] = [16, 10];
  const he = Array.from({ length: depth }, () => filled(width, width, () => normal() * Math.sqrt(2 / width)));
  const square = (s) => {
    let h = filled(1, width, normal)[0];
    const start = h;
    return [1, s].map((by) => {
      h = start;
      for (const W of he) h = W.map((row) => Math.max(0, row.reduce((sum, w, j) => sum + by * w * h[j], 0)));
      return h.reduce((sum, v) => sum + v * v, 0);
    });
  };
  const [one, twice] = square(2);
  return one ? `Twice He's weights in ${depth} ReLU layers drawn now: the mean square is ${Math.round(twice / one)} times as large, 4^${depth}.`
    : "In this draw a layer fell silent; run it again.";
}

function task(weights, X, steps) {
  return {
    activation: "tanh", weights, biases: weights.map((W) => W.map(() => 0)), X, Y: X.map(() => [normal()]), steps, l1: 0, masks: null,
    rate: 0.1, factors: weights.map((W) => [W.map((row) => row.map(() => 1)), W.map(() => 1)]),
  };
}

const filled = (rows, columns, make) => Array.from({ length: rows }, () => Array.from({ length: columns }, make));
const drawn = (rows, columns) => filled(rows, columns, normal);

// Box and Muller.
function normal() {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}
