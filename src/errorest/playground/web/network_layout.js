/** Where the units and edges of a network stand in its drawing. */

/** Layers with more units show the first ones and say how many are left out. */
export const MOST_UNITS = 10;

/**
 * @typedef {object} Place
 * @property {number} layer 0 for the inputs
 * @property {number} index the layer's unit; -1 for the bias node that feeds the next layer
 * @property {number} x
 * @property {number} y
 * @property {number} size
 */

/**
 * @typedef {object} Layout
 * @property {number} height
 * @property {Place[][]} columns the units of each layer, the bias node last
 * @property {number[]} left x of each column's middle
 */

/**
 * @param {number} width
 * @param {number[]} sizes units of each layer, the inputs first
 * @param {number} top room for the headings of columns
 * @returns {Layout}
 */
export function layOut(width, sizes, top) {
  const shown = sizes.map((size) => Math.min(size, MOST_UNITS));
  const most = Math.max(...shown);
  const size = Math.max(26, Math.min(width / (2.3 * sizes.length), 54, 380 / most));
  const gap = size * 1.2 + 14;
  const margin = size / 2 + (width < 480 ? 6 : 24);
  const height = top + (most + 1) * gap + 6;
  const step = (width - 2 * margin) / Math.max(sizes.length - 1, 1);
  const left = sizes.map((_, layer) => margin + layer * step);
  const columns = shown.map((count, layer) => {
    const first = top + ((most - count) * gap) / 2 + gap / 2;
    const places = Array.from({ length: count }, (_, index) => ({
      layer,
      index,
      x: left[layer],
      y: first + index * gap,
      size,
    }));
    if (layer < sizes.length - 1) {
      places.push({ layer, index: -1, x: left[layer], y: first + count * gap - 4, size: 18 });
    }
    return places;
  });
  return { height, columns, left };
}

/**
 * How thick each edge is: as thick as its weight is large beside the largest one.
 * @param {import("./network_drawing.js").Graph} graph
 * @returns {(weight: number) => number} thin for weights that are not finite
 */
export function edgeWidth({ weights, biases }) {
  let most = 1e-9;
  for (const values of [...weights, ...biases]) {
    for (const value of values) if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  }
  return (weight) => 0.5 + (Number.isFinite(weight) ? (6.5 * Math.abs(weight)) / most : 0);
}

/**
 * The curve of an edge.
 * @param {Place} from
 * @param {Place} to
 */
export function edgePath(from, to) {
  const [x1, x2] = [from.x + from.size / 2, to.x - to.size / 2];
  const bend = (x2 - x1) * 0.45;
  return `M${x1} ${from.y}C${x1 + bend} ${from.y} ${x2 - bend} ${to.y} ${x2} ${to.y}`;
}
