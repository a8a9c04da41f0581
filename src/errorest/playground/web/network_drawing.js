/** The network as a graph: an edge is as thick as its weight is large, dashed where it is negative. */

import { fill, h, set, svg } from "./dom.js";
import { edgePath, edgeWidth, layOut, MOST_UNITS } from "./network_layout.js";
import { fixed } from "./numbers.js";
import { shortened } from "./short_names.js";

/** @typedef {import("./network_layout.js").Place} Place */
/** @typedef {{ layer: number, from: number, to: number }} EdgeKey `from` is -1 for the bias */

/**
 * @typedef {object} Graph
 * @property {string[][]} names of the units, layer by layer, the inputs first
 * @property {Float32Array[]} weights one for each layer, `(n_in, n_out)`
 * @property {Float32Array[]} biases
 */

/**
 * @typedef {object} Handlers
 * @property {(edge: EdgeKey, x: number, y: number, hit: SVGPathElement) => void} onEdge an edge is to be edited
 * @property {(layer: number, index: number | null) => void} onUnit a unit is looked at, or no longer
 */

const TOP = 8;

/** @param {EdgeKey} edge */
const keyOf = (edge) => `${edge.layer}:${edge.from}:${edge.to}`;

export class NetworkDrawing {
  /** @param {Handlers} handlers */
  constructor(handlers) {
    this.handlers = handlers;
    this.edges = svg("g", {
      role: "group",
      "aria-label": "Weights. Use the arrow keys to go from edge to edge, and Enter to change a weight.",
    });
    this.svg = svg("svg", { class: "edges" }, this.edges);
    this.units = h("div", { class: "units" });
    this.element = h("div", { class: "network" }, this.svg, this.units);
    /** @type {Graph | null} */
    this.graph = null;
    this.shape = "";
    /** @type {Map<string, { edge: EdgeKey, line: SVGPathElement, hit: SVGPathElement }>} */
    this.drawn = new Map();
    /** @type {Map<string, HTMLElement>} */
    this.places = new Map();
    /** @type {string[][]} */
    this.shown = [];
    this.edges.addEventListener("keydown", (event) => this.walk(event));
    /** Kept, for asking the element for each frame would have the whole page laid out at once. */
    this.width = 280;
    new ResizeObserver(([{ contentRect }]) => {
      this.width = Math.max(contentRect.width, 280);
      if (this.graph) this.draw(this.graph);
    }).observe(this.element);
  }

  /** @param {Graph} graph */
  draw(graph) {
    this.graph = graph;
    const shape = JSON.stringify([graph.names, this.width]);
    if (shape !== this.shape) this.build(graph, this.width);
    this.shape = shape;
    const width = edgeWidth(graph);
    for (const { edge, line, hit } of this.drawn.values()) {
      const weight = this.weight(edge);
      const thickness = width(weight).toFixed(1);
      if (line.getAttribute("stroke-width") !== thickness)
        line.setAttribute("stroke-width", thickness);
      line.classList.toggle("plus", weight > 0);
      line.classList.toggle("minus", weight < 0);
      hit.setAttribute("aria-label", `${this.nameOf(edge)}: ${fixed(weight)}`);
    }
  }

  /** @param {EdgeKey} edge */
  weight({ layer, from, to }) {
    const graph = /** @type {Graph} */ (this.graph);
    if (from < 0) return graph.biases[layer][to];
    return graph.weights[layer][from * graph.biases[layer].length + to];
  }

  /** @param {EdgeKey} edge */
  nameOf({ layer, from, to }) {
    const { names } = /** @type {Graph} */ (this.graph);
    const target = names[layer + 1][to];
    return from < 0 ? `Bias of ${target}` : `Weight from ${names[layer][from]} to ${target}`;
  }

  /** The canvas of a hidden unit or an output, if it is shown.
   * @param {number} layer
   * @param {number} index
   */
  canvas(layer, index) {
    return this.places.get(`${layer}:${index}`)?.querySelector("canvas") ?? null;
  }

  /** Let edges and units light up.
   * @param {EdgeKey[]} edges
   * @param {[number, number][]} units
   */
  light(edges, units) {
    const lit = new Set(edges.map(keyOf));
    const on = new Set(units.map(([layer, index]) => `${layer}:${index}`));
    for (const [key, { line }] of this.drawn) line.classList.toggle("lit", lit.has(key));
    for (const [key, unit] of this.places) unit.classList.toggle("lit", on.has(key));
    this.element.classList.toggle("dim", lit.size + on.size > 0);
  }

  /**
   * @param {Graph} graph
   * @param {number} width
   */
  build(graph, width) {
    const layout = layOut(
      width,
      graph.names.map((layer) => layer.length),
      TOP,
    );
    set(this.svg, { viewBox: `0 0 ${width} ${layout.height}`, width, height: layout.height });
    this.element.style.height = `${layout.height}px`;
    this.shown = graph.names.map((names) => shortened(names.slice(0, MOST_UNITS)));
    this.drawn.clear();
    this.places.clear();
    for (let layer = 0; layer + 1 < layout.columns.length; layer++) {
      for (const from of layout.columns[layer]) {
        for (const to of layout.columns[layer + 1]) {
          if (to.index >= 0) this.addEdge({ layer, from: from.index, to: to.index }, from, to);
        }
      }
    }
    const hits = [...this.drawn.values()];
    fill(this.edges, ...hits.map(({ line }) => line), ...hits.map(({ hit }) => hit));
    if (hits.length) hits[0].hit.setAttribute("tabindex", "0");
    fill(
      this.units,
      ...layout.columns.flatMap((places) => places.map((place) => this.unit(place))),
    );
    graph.names.forEach((names, layer) => {
      if (names.length <= MOST_UNITS) return;
      const more = h("span", { class: "more" }, `and ${names.length - MOST_UNITS} more`);
      more.style.left = `${layout.left[layer]}px`;
      this.units.append(more);
    });
  }

  /**
   * @param {EdgeKey} edge
   * @param {Place} from
   * @param {Place} to
   */
  addEdge(edge, from, to) {
    const d = edgePath(from, to);
    const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
    const open = () => this.handlers.onEdge(edge, x, y, hit);
    const line = svg("path", { d, class: "edge" });
    const hit = svg("path", {
      d,
      class: "hit",
      role: "button",
      tabindex: -1,
      "data-edge": keyOf(edge),
      onclick: open,
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        open();
      },
    });
    this.drawn.set(keyOf(edge), { edge, line, hit });
  }

  /** @param {Place} place */
  unit({ layer, index, x, y, size }) {
    const { names } = /** @type {Graph} */ (this.graph);
    const isInput = layer === 0;
    const isOutput = layer === names.length - 1;
    const name = index < 0 ? "1" : names[layer][index];
    const kind = index < 0 ? "bias" : isInput ? "input" : isOutput ? "output" : "hidden";
    const label = h("span", { class: "unit-name" }, index < 0 ? name : this.shown[layer][index]);
    const canvas = index >= 0 && h("canvas", { width: 10, height: 10, "aria-hidden": "true" });
    /** @type {HTMLElement} */
    let unit;
    if (index < 0 || isInput) {
      unit = h(
        "div",
        { class: `unit ${kind}`, title: index < 0 ? "bias node" : name },
        canvas,
        label,
      );
    } else {
      unit = h(
        "button",
        {
          type: "button",
          class: `unit ${kind}`,
          "data-unit": `${layer}:${index}`,
          "aria-label": `${isOutput ? "Output" : "Hidden unit"} ${name}: its output over the map, and its weights`,
          onpointerenter: () => this.handlers.onUnit(layer, index),
          onpointerleave: () => this.handlers.onUnit(layer, null),
          onfocus: () => this.handlers.onUnit(layer, index),
          onblur: () => this.handlers.onUnit(layer, null),
        },
        canvas,
        label,
      );
    }
    Object.assign(unit.style, {
      left: `${x}px`,
      top: `${y}px`,
      width: `${size}px`,
      height: `${size}px`,
    });
    this.places.set(`${layer}:${index}`, unit);
    return unit;
  }

  /** One edge is in the tab order; arrow keys go to its neighbours.
   * @param {KeyboardEvent} event
   */
  walk(event) {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const hits = [...this.drawn.values()].map(({ hit }) => hit);
    const at = hits.indexOf(/** @type {SVGPathElement} */ (event.target));
    if (at < 0) return;
    event.preventDefault();
    const next = hits[(at + step + hits.length) % hits.length];
    hits[at].setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  }
}
