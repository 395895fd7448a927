// Which units stay alike for ever: the coarsest partition with equal row sums, column sums and biases, with units that
// are zero for ever (Z) and units whose delta is (F), as symcheck/symmetry/partition.py has it for gradient descent, here
// without what rests on signs. Sums are compared exactly: a float is a whole number times a power of two.

import { ACTIVATIONS } from "./activations.mjs";

export function partition({ weights, biases, activation }) {
  const sigma = ACTIVATIONS[activation];
  const hidden = weights.length - 1;
  const exact = weights.map((W) => W.map((row) => row.map(dyadic)));
  let state = biases.slice(0, hidden).map((b) => b.map(() => ({ label: 0, Z: sigma.zero, F: true })));
  for (;;) {
    const next = state.map((layer, l) => refined(layer, l, state, exact, biases, sigma, hidden));
    const same = next.every((layer, l) => layer.every((u, i) =>
      u.label === state[l][i].label && u.Z === state[l][i].Z && u.F === state[l][i].F));
    state = next;
    if (same) return state;
  }
}

function refined(layer, l, state, exact, biases, sigma, hidden) {
  const below = l ? state[l - 1] : exact[0][0].map((_, j) => ({ label: j, Z: false }));
  const above = l + 1 < hidden ? state[l + 1] : exact[hidden].map((_, i) => ({ label: i, F: false }));
  const keys = [];
  const units = layer.map((unit, i) => {
    const rows = sums(below.map((u, j) => [u.Z ? null : u.label, exact[l][i][j]]));
    const columns = sums(above.map((u, o) => [u.F ? null : u.label, exact[l + 1][o][i]]));
    const bias = biases[l][i];
    const still = rows === "" && bias === 0;
    const Z = unit.Z && still && unit.F;
    const F = unit.F && (above.every((u) => u.F) || (unit.Z && columns === "") || (sigma.flat && still && unit.Z));
    keys.push([unit.label, Z, F, String(bias), rows, F ? "" : columns].join("|"));
    return { Z, F };
  });
  const known = [];
  return units.map((unit, i) => {
    if (!known.includes(keys[i])) known.push(keys[i]);
    return { ...unit, label: known.indexOf(keys[i]) };
  });
}

// The sum of each class, without those that are 0, as text.
function sums(entries) {
  const found = new Map();
  for (const [label, value] of entries) if (label !== null) found.set(label, (found.get(label) ?? 0n) + value);
  return [...found].filter(([, v]) => v !== 0n).map(([k, v]) => `${k}:${v}`).sort().join(",");
}

// A float times 2^1074, which is a whole number.
function dyadic(value) {
  let v = value, shift = 1074;
  while (!Number.isInteger(v)) { v *= 2; shift -= 1; }
  return BigInt(v) << BigInt(shift);
}
