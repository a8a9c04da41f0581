/** The map: probability as shade, p = 0.5 as a line, the points on it. */

import { contour } from "./contour.js";
import { classStyles, markerPath, mix, rgb } from "./palette.js";
import { text } from "./numbers.js";
import { linear, ticks } from "./scale.js";

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./scene.js").ProbabilityMap} ProbabilityMap */
/** @typedef {import("./scale.js").Scale} Scale */
/** @typedef {import("./theme.js").Inks} Inks */

/**
 * @typedef {object} Frame2D
 * @property {number} width
 * @property {number} height
 * @property {Scale} x
 * @property {Scale} y
 */

export const MARGIN = { left: 40, right: 10, top: 10, bottom: 30 };
const RADIUS = 5;

/**
 * @param {number} width
 * @param {number} height
 * @param {ProbabilityMap} map
 * @returns {Frame2D}
 */
export function frameOf(width, height, map) {
  return {
    width,
    height,
    x: linear(map.x[0], map.x[1], MARGIN.left, width - MARGIN.right),
    y: linear(map.y[0], map.y[1], height - MARGIN.bottom, MARGIN.top),
  };
}

/**
 * Where the points stand on the two axes, in pixels.
 * @param {Scene} scene
 * @param {Frame2D} frame
 * @returns {[number, number][]}
 */
export function places({ data, frame: { state } }, { x, y }) {
  const nInputs = data.inputs.length;
  return Array.from(data.labels, (_, index) => [
    x.toPixel(data.points[index * nInputs + state.x_axis]),
    y.toPixel(state.y_axis < 0 ? 0 : data.points[index * nInputs + state.y_axis]),
  ]);
}

/**
 * The shade: a class's colour over paper, the stronger the surer; the top row is the highest y.
 * @param {ProbabilityMap} map
 * @param {string} paper
 * @param {number} nClasses
 */
export function shade({ values, size, planes }, paper, nClasses) {
  const ground = rgb(paper);
  const colors = classStyles(nClasses).map(({ color }) => rgb(color));
  const image = new ImageData(size, size);
  const cells = size * size;
  for (let cell = 0; cell < cells; cell++) {
    let best = 0;
    let sure = 0;
    if (planes === 1) {
      best = values[cell] >= 0.5 ? nClasses - 1 : 0;
      sure = Math.abs(2 * values[cell] - 1);
    } else {
      for (let k = 1; k < planes; k++)
        if (values[k * cells + cell] > values[best * cells + cell]) best = k;
      sure = (values[best * cells + cell] * planes - 1) / (planes - 1);
    }
    const color = mix(ground, colors[best], 0.05 + 0.45 * sure);
    const row = size - 1 - Math.floor(cell / size);
    const at = 4 * (row * size + (cell % size));
    image.data[at] = color[0];
    image.data[at + 1] = color[1];
    image.data[at + 2] = color[2];
    image.data[at + 3] = 255;
  }
  return image;
}

/**
 * The lines on which the answer changes: p = 0.5, or of more classes a draw between the likeliest.
 * @param {Scene} scene
 * @param {Frame2D} frame
 * @returns {number[]} x1, y1, x2, y2, ... in pixels
 */
export function boundary(scene, frame) {
  const { values, size, planes, x, y } = scene.map;
  const toX = (/** @type {number} */ part) => frame.x.toPixel(x[0] + part * (x[1] - x[0]));
  const toY = (/** @type {number} */ part) => frame.y.toPixel(y[0] + part * (y[1] - y[0]));
  const toPixels = (/** @type {number[]} */ cells, /** @type {number} */ side) =>
    cells.map((cell, index) => (index % 2 ? toY : toX)(cell / (side - 1)));
  const isLine = planes === 1 && scene.graph.names.length === 2;
  if (isLine) return toPixels(contour(cornerLogits(scene), 2, 2, 0), 2);
  /** @type {number[]} */
  const cells = [];
  const area = size * size;
  for (let k = 0; k < planes; k++) {
    let plane = values.subarray(k * area, (k + 1) * area);
    if (planes > 1) {
      plane = plane.map((own, cell) => {
        let other = 0;
        for (let j = 0; j < planes; j++)
          if (j !== k) other = Math.max(other, values[j * area + cell]);
        return own - other;
      });
    }
    cells.push(...contour(plane, size, size, planes > 1 ? 0 : 0.5));
  }
  return toPixels(cells, size);
}

/**
 * A model without hidden layers draws a straight line; W x + b in the corners says where.
 * @param {Scene} scene
 */
function cornerLogits({ map, graph, data, frame: { state } }) {
  const { x_axis: across, y_axis: up, fixed } = state;
  const [weights, [bias]] = [graph.weights[0], graph.biases[0]];
  const held = data.inputs.reduce(
    (sum, { mean }, k) => (k === across || k === up ? sum : sum + weights[k] * (fixed[k] ?? mean)),
    bias,
  );
  return map.y.flatMap((y) =>
    map.x.map((x) => held + weights[across] * x + (up < 0 ? 0 : weights[up] * y)),
  );
}

/**
 * @param {CanvasRenderingContext2D} context in CSS pixels
 * @param {Scene} scene
 * @param {Frame2D} frame
 * @param {Inks} inks
 * @param {{ selected: number | null, picture: HTMLCanvasElement }} options `picture` is used as scratch
 */
export function drawMap(context, scene, frame, inks, { selected, picture }) {
  const { map, data } = scene;
  context.clearRect(0, 0, frame.width, frame.height);
  picture.width = picture.height = map.size;
  picture.getContext("2d")?.putImageData(shade(map, inks.card, data.classes.length), 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  const [left, top] = [MARGIN.left, MARGIN.top];
  const [wide, high] = [frame.width - left - MARGIN.right, frame.height - top - MARGIN.bottom];
  context.drawImage(picture, left, top, wide, high);
  context.save();
  context.beginPath();
  context.rect(left, top, wide, high);
  context.clip();
  const line = boundary(scene, frame);
  context.beginPath();
  for (let k = 0; k < line.length; k += 4) {
    context.moveTo(line[k], line[k + 1]);
    context.lineTo(line[k + 2], line[k + 3]);
  }
  context.strokeStyle = inks.ink;
  context.lineWidth = 2.2;
  context.lineCap = "round";
  context.stroke();
  const at = places(scene, frame);
  drawVotes(context, scene, frame, at, inks);
  drawPoints(context, scene, at, inks, selected);
  context.restore();
  drawAxes(context, scene, frame, inks);
  drawSaying(context, scene, at, selected, inks);
}

/**
 * Points to train on are filled, points held back are outlined; the one at hand lies on top, ringed.
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {[number, number][]} at
 * @param {Inks} inks
 * @param {number | null} selected
 */
function drawPoints(context, { data, frame: { point } }, at, inks, selected) {
  const styles = classStyles(data.classes.length);
  const draw = (/** @type {number} */ index) => {
    const style = styles[data.labels[index]];
    const path = new Path2D(markerPath(style.marker, ...at[index], RADIUS));
    const held = data.validation[index] > 0;
    if (held) {
      context.lineWidth = 4;
      context.strokeStyle = inks.halo;
      context.stroke(path);
    }
    context.lineWidth = held ? 2 : 1.4;
    context.fillStyle = held ? inks.card : style.color;
    context.strokeStyle = held ? style.color : inks.halo;
    context.fill(path);
    context.stroke(path);
  };
  at.forEach((_, index) => draw(index));
  for (const index of [point, selected]) {
    if (index === null || index >= at.length) continue;
    draw(index);
    context.beginPath();
    context.arc(...at[index], RADIUS + 5, 0, 2 * Math.PI);
    context.lineWidth = 2.5;
    context.strokeStyle = inks.ink;
    context.stroke();
  }
}

/**
 * A point on the wrong side pulls at the perceptron's line.
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {Frame2D} frame
 * @param {[number, number][]} at
 * @param {Inks} inks
 */
function drawVotes(context, { votes, arrows, frame: { state } }, { x: across, y: up }, at, inks) {
  if (state.model !== "perceptron" || !arrows) return;
  context.strokeStyle = context.fillStyle = inks.ink;
  context.lineWidth = 1.4;
  at.forEach(([x, y], index) => {
    if (!votes[index]) return;
    const right = across.toPixel(arrows[2 * index]) - across.toPixel(0);
    const down = up.toPixel(arrows[2 * index + 1]) - up.toPixel(0);
    const distance = Math.hypot(right, down);
    if (!(distance > 14)) return;
    const [dx, dy] = [right / distance, down / distance];
    const start = Math.min(distance, 44);
    const [tipX, tipY] = [x - dx * 9, y - dy * 9];
    context.beginPath();
    context.moveTo(x - dx * start, y - dy * start);
    context.lineTo(tipX, tipY);
    context.stroke();
    context.beginPath();
    context.moveTo(tipX + dx * 2, tipY + dy * 2);
    context.lineTo(tipX - dx * 5 - dy * 3.5, tipY - dy * 5 + dx * 3.5);
    context.lineTo(tipX - dx * 5 + dy * 3.5, tipY - dy * 5 - dx * 3.5);
    context.fill();
  });
}

/**
 * What the selected point says to the perceptron, or what the one just visited said before the move.
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {[number, number][]} at
 * @param {number | null} selected
 * @param {Inks} inks
 */
function drawSaying(context, { votes, frame: { state, point, called } }, at, selected, inks) {
  const index = selected ?? point;
  if (state.model !== "perceptron" || index === null || index >= votes.length) return;
  const calls = selected === null ? called : votes[index];
  const saying = calls ? "come closer" : "I’m good";
  context.font = "italic 600 14px Georgia, serif";
  const width = context.measureText(saying).width + 16;
  const [x, y] = at[index];
  const left = Math.max(
    MARGIN.left,
    Math.min(x - width / 2, context.canvas.clientWidth - width - 4),
  );
  const top = y > 60 ? y - 42 : y + 16;
  context.beginPath();
  context.roundRect(left, top, width, 25, 8);
  context.fillStyle = inks.ink;
  context.fill();
  context.fillStyle = inks.card;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(saying, left + 8, top + 13);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Scene} scene
 * @param {Frame2D} frame
 * @param {Inks} inks
 */
function drawAxes(context, scene, frame, inks) {
  const { across, up } = axisMarks(scene, frame);
  context.fillStyle = inks.soft;
  context.font = "12px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const [pixel, mark] of across) {
    context.fillText(mark, pixel, frame.height - MARGIN.bottom + 8);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const [pixel, mark] of up) context.fillText(mark, MARGIN.left - 7, pixel);
}

/**
 * Round numbers in the table's own units, and where they stand.
 * @param {Scene} scene
 * @param {Frame2D} frame
 */
export function axisMarks({ map, data, frame: { state } }, frame) {
  /** @type {(axis: number, range: [number, number], scale: Scale, count: number) => [number, string][]} */
  const marks = (axis, [low, high], { toPixel }, count) => {
    if (axis < 0) return [];
    const { center, scale } = data.inputs[axis];
    return ticks(low * scale + center, high * scale + center, count).map((tick) => [
      toPixel((tick - center) / scale),
      text(tick),
    ]);
  };
  return {
    across: marks(state.x_axis, map.x, frame.x, frame.width / 90),
    up: marks(state.y_axis, map.y, frame.y, frame.height / 70),
  };
}
