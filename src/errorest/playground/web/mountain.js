/** Mount Errorest: the error surface as a landscape, with the path that the training walked. */

import { mix } from "./palette.js";

/** @typedef {import("./palette.js").Rgb} Rgb */

/**
 * @typedef {object} Landscape
 * @property {ArrayLike<number>} heights `size * size`, row by row, from 0 (valley) to 1 (peak)
 * @property {number} size
 * @property {{ x: number, y: number, height: number }[]} path x and y in cells of the grid
 */

/** Valley, slope, rock and snow.
 * @type {[number, Rgb][]} */
const COLORS = [
  [0, [0, 96, 110]],
  [0.25, [0, 158, 115]],
  [0.55, [120, 178, 170]],
  [0.8, [196, 206, 214]],
  [1, [250, 252, 255]],
];

/** @param {number} height */
function rock(height) {
  for (let k = 1; k < COLORS.length; k++) {
    const [above, color] = COLORS[k];
    const [below, lower] = COLORS[k - 1];
    if (height <= above) return mix(lower, color, (height - below) / (above - below));
  }
  return COLORS[COLORS.length - 1][1];
}

/**
 * Draw the landscape as seen from a side and from above, back to front.
 * @param {CanvasRenderingContext2D} context in CSS pixels
 * @param {number} width
 * @param {number} height
 * @param {Landscape} landscape
 * @param {{ yaw: number, pitch: number }} view in radians
 * @param {string} ink
 */
export function drawMountain(context, width, height, landscape, view, ink) {
  const { heights, size, path } = landscape;
  const project = projection(width, height, size, view);
  context.clearRect(0, 0, width, height);
  context.lineJoin = "round";
  context.lineWidth = 0.6;
  for (const [row, column] of backToFront(size, view.yaw)) {
    const at = row * size + column;
    const [a, b, c, d] = [heights[at], heights[at + 1], heights[at + size + 1], heights[at + size]];
    // Light falls from the upper left: slopes that face it are brighter.
    const light =
      1 + Math.max(-0.35, Math.min(0.25, 2.2 * (b + c - a - d) + 1.1 * (c + d - a - b)));
    const color = rock((a + b + c + d) / 4).map((part) => Math.min(255, Math.round(part * light)));
    context.fillStyle = `rgb(${color.join()})`;
    context.strokeStyle = context.fillStyle;
    context.beginPath();
    context.moveTo(...project(column, row, a));
    context.lineTo(...project(column + 1, row, b));
    context.lineTo(...project(column + 1, row + 1, c));
    context.lineTo(...project(column, row + 1, d));
    context.closePath();
    context.fill();
    context.stroke();
  }
  drawPath(
    context,
    path.map((step) => project(step.x, step.y, step.height)),
    ink,
  );
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {[number, number][]} points
 * @param {string} ink
 */
function drawPath(context, points, ink) {
  if (!points.length) return;
  for (const [color, width] of /** @type {const} */ ([
    ["#ffffff", 5],
    ["#D55E00", 2.5],
  ])) {
    context.beginPath();
    points.forEach((point) => context.lineTo(...point));
    context.strokeStyle = color;
    context.lineWidth = width;
    context.stroke();
  }
  const ends = /** @type {const} */ ([
    [points[0], "#ffffff"],
    [points[points.length - 1], "#D55E00"],
  ]);
  for (const [[x, y], color] of ends) {
    context.beginPath();
    context.arc(x, y, 6, 0, 2 * Math.PI);
    context.fillStyle = color;
    context.strokeStyle = ink;
    context.lineWidth = 1.5;
    context.fill();
    context.stroke();
  }
}

/**
 * @param {number} width
 * @param {number} height
 * @param {number} size
 * @param {{ yaw: number, pitch: number }} view
 * @returns {(x: number, y: number, z: number) => [number, number]}
 */
function projection(width, height, size, { yaw, pitch }) {
  const middle = (size - 1) / 2;
  const scale =
    Math.min(width / 1.42, height / (1.42 * Math.sin(pitch) + 0.5 * Math.cos(pitch))) / size;
  const [cos, sin] = [Math.cos(yaw), Math.sin(yaw)];
  const lift = 0.5 * size * Math.cos(pitch) * scale;
  return (x, y, z) => {
    const right = (x - middle) * cos - (y - middle) * sin;
    const away = (x - middle) * sin + (y - middle) * cos;
    return [
      width / 2 + right * scale,
      height / 2 + away * Math.sin(pitch) * scale + lift / 2 - z * lift,
    ];
  };
}

/**
 * The cells of the grid, the farthest first.
 * @param {number} size
 * @param {number} yaw
 * @returns {Iterable<[number, number]>}
 */
function* backToFront(size, yaw) {
  const last = size - 2;
  const rowsForward = Math.cos(yaw) > 0;
  const columnsForward = Math.sin(yaw) > 0;
  for (let i = 0; i <= last; i++) {
    for (let j = 0; j <= last; j++) {
      yield [rowsForward ? i : last - i, columnsForward ? j : last - j];
    }
  }
}
