// Numbers as they are written on the page: as numbers.py does it.

const MINUS = "\u2212";

export function fixed(value, digits) {
  if (!Number.isFinite(value)) return String(value).replace("-Infinity", "-inf").replace("Infinity", "inf").replace("NaN", "nan");
  const text = value.toFixed(digits);
  return (/[1-9]/.test(text) ? text : text.replace("-", "")).replace("-", MINUS);
}
