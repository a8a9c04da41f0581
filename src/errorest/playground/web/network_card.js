/** The card of the network: its layers, its drawing, and a closer look at one unit. */

import { fill, h } from "./dom.js";
import { layerControls } from "./layer_controls.js";
import { NetworkDrawing } from "./network_drawing.js";
import { MOST_UNITS } from "./network_layout.js";
import { fixed } from "./numbers.js";
import { paper } from "./theme.js";
import { paintThumbnail } from "./thumbnail.js";
import { weightEditor } from "./weight_editor.js";

/** @typedef {import("./app.js").App} App */

/** The side of an input's picture. */
const RAMP = 12;

/** @param {App} app */
export function networkCard(app) {
  const closer = h("div", { class: "closer", hidden: true });
  const drawing = new NetworkDrawing({
    onEdge: (edge, x, y, hit) =>
      editor.open(edge, drawing.nameOf(edge), drawing.weight(edge), x, y, () => hit.focus()),
    onUnit: look,
  });
  const editor = weightEditor(drawing.element, (edge, value) => {
    app.show({ type: "weight", layer: edge.layer, from: edge.from, to: edge.to, value });
  });
  drawing.element.append(closer);
  const layers = layerControls(app);
  const element = h(
    "section",
    { class: "card network-card", "aria-labelledby": "errorest-network" },
    h(
      "header",
      {},
      h("h2", { id: "errorest-network" }, "The network"),
      h(
        "p",
        { class: "note key" },
        h("span", { class: "plus" }, "positive"),
        h("span", { class: "minus" }, "negative"),
        " · thick: large",
      ),
    ),
    layers,
    drawing.element,
    h(
      "p",
      { class: "note" },
      "Click an edge to change its weight. The picture of each unit shows where its output is high (blue) or low (orange).",
    ),
  );
  /** @type {[number, number] | null} */
  let looked = null;

  /**
   * @param {number} layer
   * @param {number | null} index
   */
  function look(layer, index) {
    looked = index === null ? null : [layer, index];
    showCloser();
  }

  function showCloser() {
    closer.hidden = looked === null;
    if (!looked || closer.hidden || !app.scene) return;
    const [layer, index] = looked;
    const { names, biases } = app.scene.graph;
    const canvas = h("canvas", { "aria-hidden": "true" });
    paint(canvas, layer, index);
    const weights = names[layer - 1].slice(0, MOST_UNITS).map((name, from) => {
      const weight = drawing.weight({ layer: layer - 1, from, to: index });
      return h("div", {}, h("dt", {}, name), h("dd", {}, fixed(weight)));
    });
    fill(
      closer,
      h("strong", {}, names[layer][index]),
      canvas,
      h(
        "dl",
        {},
        ...weights,
        h("div", {}, h("dt", {}, "bias"), h("dd", {}, fixed(biases[layer - 1][index]))),
      ),
    );
    const unit = drawing.places.get(`${layer}:${index}`);
    const x = unit ? unit.offsetLeft : 0;
    const room = drawing.element.clientWidth;
    const width = closer.offsetWidth;
    closer.style.left = `${x + 34 + width < room ? x + 34 : Math.max(0, x - 34 - width)}px`;
    closer.style.top = `${Math.max(0, (unit?.offsetTop ?? 0) - 60)}px`;
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {number} layer
   * @param {number} index
   */
  function paint(canvas, layer, index) {
    const { graph, map, thumbnails } = /** @type {import("./scene.js").Scene} */ (app.scene);
    if (layer === 0) {
      paintThumbnail(canvas, ramp(index), RAMP, paper(element));
    } else if (layer === graph.names.length - 1) {
      const cells = map.size ** 2;
      const plane = map.values.subarray(index * cells, (index + 1) * cells);
      paintThumbnail(
        canvas,
        plane.map((p) => 255 * p),
        map.size,
        paper(element),
      );
    } else if (thumbnails) {
      const before = graph.names.slice(1, layer).reduce((sum, names) => sum + names.length, 0);
      const cells = thumbnails.size ** 2;
      const from = (before + index) * cells;
      paintThumbnail(
        canvas,
        thumbnails.values.subarray(from, from + cells),
        thumbnails.size,
        paper(element),
      );
    }
  }

  /** An input over the map: it grows along its own axis.
   * @param {number} index
   */
  function ramp(index) {
    const { x_axis: x, y_axis: y } = app.state;
    return Array.from({ length: RAMP ** 2 }, (_, cell) => {
      const at = index === x ? cell % RAMP : index === y ? Math.floor(cell / RAMP) : (RAMP - 1) / 2;
      return (255 * at) / (RAMP - 1);
    });
  }

  function draw() {
    if (!app.scene) return;
    drawing.draw(app.scene.graph);
    app.scene.graph.names.forEach((names, layer) => {
      names.slice(0, MOST_UNITS).forEach((_, index) => {
        const canvas = drawing.canvas(layer, index);
        if (canvas) paint(canvas, layer, index);
      });
    });
    showCloser();
  }

  app.on("scene", draw);
  app.on("theme", draw);
  return { element, drawing };
}
