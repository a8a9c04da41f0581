/** Loss and accuracy over the epochs, on the training and on the validation points. */

import { fill, h, svg } from "./dom.js";
import { fixed, text } from "./numbers.js";
import { linear, ticks } from "./scale.js";

/** @typedef {import("./app.js").App} App */

const HEIGHT = 170;
/** Room for the longest marks: those beside the loss, half of 10000 at the last epoch. */
const EDGE = { left: 52, right: 18, top: 10, bottom: 24 };

/**
 * @param {number[][]} curves
 * @param {number} width in CSS pixels, so that the words keep their size
 * @param {{ title: string, train: number, validation: number, low: number, high: number | null }} plot
 */
function chart(curves, width, { title, train, validation, low, high }) {
  const last = Math.max(curves.at(-1)?.[0] ?? 0, 1);
  const values = curves.flatMap((row) => [row[train], row[validation]]).filter(Number.isFinite);
  const top = high ?? (Math.max(low, ...values) * 1.05 || 1);
  const x = linear(0, last, EDGE.left, width - EDGE.right);
  const y = linear(low, top, HEIGHT - EDGE.bottom, EDGE.top);
  const path = (/** @type {number} */ column) =>
    curves
      .filter((row) => Number.isFinite(row[column]))
      .map(
        (row, index) =>
          `${index ? "L" : "M"}${x.toPixel(row[0]).toFixed(1)} ${y.toPixel(row[column]).toFixed(1)}`,
      )
      .join("");
  return svg(
    "svg",
    { class: "chart", viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": title },
    ...ticks(low, top, 4).map((tick) =>
      svg(
        "g",
        {},
        svg("path", { class: "grid", d: `M${EDGE.left} ${y.toPixel(tick)}H${width - EDGE.right}` }),
        svg("text", { x: EDGE.left - 6, y: y.toPixel(tick) + 4, "text-anchor": "end" }, text(tick)),
      ),
    ),
    ...ticks(0, last, 6)
      .filter(Number.isInteger)
      .map((tick) =>
        svg("text", { x: x.toPixel(tick), y: HEIGHT - 6, "text-anchor": "middle" }, text(tick)),
      ),
    svg("path", { class: "line validation", d: path(validation) }),
    svg("path", { class: "line train", d: path(train) }),
  );
}

/** @param {App} app */
export function curvesCard(app) {
  const loss = h("div");
  const accuracy = h("div");
  const element = h(
    "section",
    { class: "card", "aria-labelledby": "errorest-curves" },
    h(
      "header",
      {},
      h("h2", { id: "errorest-curves" }, "How it learns"),
      h(
        "p",
        { class: "note key" },
        h("span", { class: "train" }, "training"),
        h("span", { class: "validation" }, "validation"),
      ),
    ),
    loss,
    h("h3", {}, "Accuracy"),
    accuracy,
  );
  let width = 240;
  // Asking the element itself for each frame would have the whole page laid out at once.
  new ResizeObserver(([{ contentRect }]) => {
    width = Math.max(contentRect.width, 240);
    draw();
  }).observe(element);
  app.on("scene", draw);
  return { element };

  function draw() {
    if (!app.scene) return;
    const { curves, frame } = app.scene;
    const say = (
      /** @type {string} */ what,
      /** @type {import("./types.js").Reading} */ { train, validation },
    ) =>
      `${what} over ${frame.epoch} epochs: now ${fixed(train)} on the training points, ${fixed(validation)} on the validation points`;
    const losses = { title: say("Loss", frame.loss), train: 1, validation: 2, low: 0, high: null };
    // A perceptron's is 0 at the start, where it knows nothing.
    const perceptron = app.state.model === "perceptron";
    fill(
      loss,
      !perceptron && h("h3", {}, "Loss"),
      !perceptron && chart(curves, width, losses),
    );
    fill(
      accuracy,
      chart(curves, width, {
        title: say("Accuracy", frame.accuracy),
        train: 3,
        validation: 4,
        low: 0,
        high: 1,
      }),
    );
  }
}
