/** Colours and markers of classes (Okabe and Ito 2008), the same as in Errorest's pictures. */

export const POSITIVE = "#0072B2";
export const NEGATIVE = "#D55E00";

/** @typedef {"circle" | "square" | "triangle" | "diamond" | "wedge" | "plus" | "cross"} Marker */
/** @typedef {{ color: string, marker: Marker }} ClassStyle */
/** @typedef {[number, number, number]} Rgb */

/** @type {ClassStyle} */
const positive = { color: POSITIVE, marker: "circle" };
/** @type {ClassStyle} */
const negative = { color: NEGATIVE, marker: "square" };
/** @type {ClassStyle[]} */
const further = [
  { color: "#009E73", marker: "triangle" },
  { color: "#E69F00", marker: "diamond" },
  { color: "#CC79A7", marker: "wedge" },
  { color: "#56B4E9", marker: "plus" },
  { color: "#F0E442", marker: "cross" },
];

/**
 * A style for each class; the last of two is the positive one, beyond seven they repeat.
 * @param {number} nClasses
 */
export function classStyles(nClasses) {
  if (nClasses <= 2) return [negative, positive].slice(0, nClasses);
  const styles = [positive, negative, ...further];
  return Array.from({ length: nClasses }, (_, index) => styles[index % styles.length]);
}

/**
 * @param {number} number
 * @param {string} neutral for zero, and for what is no number
 */
export function signColor(number, neutral) {
  if (number > 0) return POSITIVE;
  return number < 0 ? NEGATIVE : neutral;
}

/**
 * @param {string} hex as "#0072B2"
 * @returns {Rgb}
 */
export function rgb(hex) {
  const number = parseInt(hex.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/**
 * @param {Rgb} from
 * @param {Rgb} to
 * @param {number} amount 0 for `from`, 1 for `to`; NaN, of a model that has diverged, for `from`
 * @returns {Rgb}
 */
export function mix(from, to, amount) {
  if (Number.isNaN(amount)) return from;
  return [
    from[0] + (to[0] - from[0]) * amount,
    from[1] + (to[1] - from[1]) * amount,
    from[2] + (to[2] - from[2]) * amount,
  ];
}

const corners = {
  square: [-0.85, -0.85, 0.85, -0.85, 0.85, 0.85, -0.85, 0.85],
  triangle: [0, -1.1, 1.05, 0.8, -1.05, 0.8],
  wedge: [0, 1.1, 1.05, -0.8, -1.05, -0.8],
  diamond: [0, -1.2, 1.2, 0, 0, 1.2, -1.2, 0],
  plus: [
    -0.4, -1.1, 0.4, -1.1, 0.4, -0.4, 1.1, -0.4, 1.1, 0.4, 0.4, 0.4, 0.4, 1.1, -0.4, 1.1, -0.4, 0.4,
    -1.1, 0.4, -1.1, -0.4, -0.4, -0.4,
  ],
  cross: [
    -1.06, -0.5, -0.5, -1.06, 0, -0.56, 0.5, -1.06, 1.06, -0.5, 0.56, 0, 1.06, 0.5, 0.5, 1.06, 0,
    0.56, -0.5, 1.06, -1.06, 0.5, -0.56, 0,
  ],
};

/**
 * The outline of a marker as SVG path data, which a canvas takes too.
 * @param {Marker} marker
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
export function markerPath(marker, x, y, radius) {
  if (marker === "circle") {
    return `M${x - radius} ${y}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0z`;
  }
  const shape = corners[marker];
  let path = "";
  for (let k = 0; k < shape.length; k += 2) {
    const at = `${(x + radius * shape[k]).toFixed(2)} ${(y + radius * shape[k + 1]).toFixed(2)}`;
    path += (k ? "L" : "M") + at;
  }
  return `${path}z`;
}
