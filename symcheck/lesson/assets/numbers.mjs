// Numbers as they are written on the page: as numbers.py does it.

const MINUS = "\u2212";
const LARGE = 1e6;
const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

// With a power of ten where it would be shown as 0 though it is not, or would be long.
export function fixed(value, digits) {
  if (!Number.isFinite(value)) return String(value).replace("-Infinity", "-inf").replace("Infinity", "inf").replace("NaN", "nan");
  if (value === 0) return (0).toFixed(digits);
  const text = Math.abs(value) < LARGE ? value.toFixed(digits) : "";
  if (/[1-9]/.test(text)) return text.replace("-", MINUS);
  const [mantissa, exponent] = value.toExponential(digits).split("e");
  return `${mantissa.replace("-", MINUS)} × 10${exponent.replace("+", "").replace(/./g, (c) => SUPERSCRIPTS[c])}`;
}

// How many digits tell apart what is different: no fewer than are shown elsewhere.
export function digitsApart(one, other, sign, digits) {
  let enough = digits;
  while (enough < 17 && one.every((v, n) => fixed(v, enough) === fixed(sign * other[n], enough))) enough += 1;
  return enough;
}

export function updates(count) {
  return `after ${count} update${count === 1 ? "" : "s"}`;
}
