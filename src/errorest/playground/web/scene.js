/** A frame with its numbers unpacked: all that the page draws. */

import { unpack } from "./connection.js";

/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {import("./network_drawing.js").Graph} Graph */

/**
 * @typedef {object} Data
 * @property {string} name of the table
 * @property {string} target
 * @property {Float32Array} points `(n, n_inputs)`
 * @property {Int32Array} labels
 * @property {Uint8Array} validation
 * @property {string[]} classes
 * @property {import("./types.js").Input[]} inputs
 * @property {boolean} edited by hand
 */

/**
 * @typedef {object} ProbabilityMap
 * @property {Float32Array} values plane after plane; of two classes only the last one's
 * @property {number} size
 * @property {number} planes
 * @property {[number, number]} x
 * @property {[number, number]} y
 */

/**
 * @typedef {object} Scene
 * @property {Frame} frame
 * @property {Data} data
 * @property {ProbabilityMap} map
 * @property {{ values: Uint8Array, size: number } | null} thumbnails
 * @property {Graph} graph
 * @property {Float32Array | null} probabilities of each point's own class
 * @property {Uint8Array} votes 1 where a point says "come closer"
 * @property {Float32Array | null} arrows from the line to each point, on the plane of the axes
 * @property {Int32Array} epochs that the time line can go back to
 * @property {number[][]} confusion
 * @property {number[][] | null} validationConfusion
 * @property {number[][]} curves rows of epoch, train loss, validation loss, train and validation accuracy
 */

/**
 * @param {Frame} frame
 * @param {DataView[]} buffers
 * @param {Scene | null} before what a frame leaves out stays as it was
 * @returns {Scene}
 */
export function readScene(frame, buffers, before) {
  const open = (/** @type {import("./types.js").Packed} */ packed) => unpack(packed, buffers);
  const grid = (/** @type {import("./types.js").Packed} */ packed) =>
    rows(open(packed), packed.shape[1]);
  const data = frame.data
    ? {
        name: frame.data.name,
        target: frame.data.target,
        points: /** @type {Float32Array} */ (open(frame.data.points)),
        labels: /** @type {Int32Array} */ (open(frame.data.labels)),
        validation: /** @type {Uint8Array} */ (open(frame.data.validation)),
        classes: frame.data.classes,
        inputs: frame.data.inputs,
        edited: frame.data.edited,
      }
    : /** @type {Scene} */ (before).data;
  const { map, thumbnails, network, probabilities, arrows, confusion } = frame;
  return {
    frame,
    data,
    map: {
      values: /** @type {Float32Array} */ (open(map)),
      size: map.shape[1],
      planes: map.shape[0],
      x: map.x,
      y: map.y,
    },
    thumbnails: thumbnails && {
      values: /** @type {Uint8Array} */ (open(thumbnails)),
      size: thumbnails.shape[1],
    },
    graph: graphOf(network.names, /** @type {Float32Array} */ (open(network.weights))),
    probabilities: probabilities && /** @type {Float32Array} */ (open(probabilities)),
    votes: /** @type {Uint8Array} */ (open(frame.votes)),
    arrows: arrows && /** @type {Float32Array} */ (open(arrows)),
    epochs: /** @type {Int32Array} */ (open(frame.epochs)),
    confusion: grid(confusion.train),
    validationConfusion: confusion.validation && grid(confusion.validation),
    curves: grid(frame.curves),
  };
}

/**
 * @param {ArrayLike<number>} values
 * @param {number} columns
 */
function rows(values, columns) {
  const all = Array.from(values);
  return Array.from({ length: all.length / columns }, (_, row) =>
    all.slice(row * columns, (row + 1) * columns),
  );
}

/**
 * Cut the flat vector of parameters into layers.
 * @param {string[][]} names
 * @param {Float32Array} flat
 * @returns {Graph}
 */
function graphOf(names, flat) {
  /** @type {Graph} */
  const graph = { names, weights: [], biases: [] };
  let at = 0;
  for (let layer = 0; layer + 1 < names.length; layer++) {
    const [nIn, nOut] = [names[layer].length, names[layer + 1].length];
    graph.weights.push(flat.subarray(at, at + nIn * nOut));
    graph.biases.push(flat.subarray(at + nIn * nOut, at + (nIn + 1) * nOut));
    at += (nIn + 1) * nOut;
  }
  return graph;
}
