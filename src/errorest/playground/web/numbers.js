/** Numbers as people read them. */

/**
 * A number to about four digits, and to all of those before its point, with a real minus sign; very
 * large and small ones as 2e29.
 * @param {number | null | undefined} value
 * @param {number} [digits]
 */
export function text(value, digits = 4) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const plain =
    size !== 0 && (size < 1e-4 || size >= 1e6)
      ? value.toExponential(2).replace(/\.?0*e\+?/, "e")
      : String(Number(value.toPrecision(Math.max(digits, Math.trunc(size).toString().length))));
  return plain.replaceAll("-", "−");
}

/**
 * A number with a fixed count of decimals, for columns that shall not dance, unless it is very large.
 * @param {number | null | undefined} value
 * @param {number} [decimals]
 */
export function fixed(value, decimals = 3) {
  if (value === null || value === undefined || !(Math.abs(value) < 1e6)) return text(value);
  return value.toFixed(decimals).replace("-", "−");
}

/** @param {number} share from 0 to 1 */
export function percent(share) {
  if (Number.isNaN(share)) return text(share);
  return `${(100 * share).toFixed(1)}%`;
}
