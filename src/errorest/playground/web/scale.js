/** From data to pixels and back, and round numbers for the marks on an axis. */

/** @typedef {(value: number) => number} Mapping */
/** @typedef {{ toPixel: Mapping, toData: Mapping }} Scale */

/**
 * @param {number} low data at the first pixel
 * @param {number} high data at the last pixel
 * @param {number} from
 * @param {number} to
 * @returns {Scale}
 */
export function linear(low, high, from, to) {
  const factor = (to - from) / (high - low || 1);
  return {
    toPixel: (value) => from + (value - low) * factor,
    toData: (pixel) => low + (pixel - from) / factor,
  };
}

/**
 * Round numbers between two ends, about as many as asked for.
 * @param {number} low
 * @param {number} high
 * @param {number} count
 */
export function ticks(low, high, count) {
  const rough = (high - low) / Math.max(count, 1);
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}
