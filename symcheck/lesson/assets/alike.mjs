// Which units of a layer are alike so far: equal on all samples up to rounding, or each other's negative (with a minus).

export function alike(activations, near) {
  const units = activations[0].map((_, i) => activations.map((row) => row[i]));
  const firsts = [];
  return units.map((own) => {
    for (let n = 0; n < firsts.length; n++) {
      for (const sign of [1, -1]) if (close(own, firsts[n], sign, near)) return sign * (n + 1);
    }
    firsts.push(own);
    return firsts.length;
  });
}

export function close(one, other, sign, near) {
  const largest = Math.max(...one.map(Math.abs), ...other.map(Math.abs));
  return one.every((v, s) => Math.abs(v - sign * other[s]) <= near * largest);
}
