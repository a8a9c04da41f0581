/** The card of a trace: the steps of the chosen point, one after the other. */

import { fill, h, set } from "./dom.js";
import { describe } from "./map_card.js";
import { stepsOf } from "./trace_steps.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./trace_steps.js").Step} Step */

/**
 * @param {App} app
 * @param {import("./network_drawing.js").NetworkDrawing} drawing lights up with the steps
 */
export function traceCard(app, drawing) {
  /** @type {Step[]} */
  let steps = [];
  let at = 0;
  let traced = "";
  let fresh = false;
  const who = h("p", { class: "note" });
  const part = h("h3", {});
  const lines = h("div", { class: "formulas" });
  const count = h("span", { class: "note" });
  const step = h("div", { class: "step", role: "status" }, part, lines);
  const before = h("button", { type: "button", onclick: () => go(at - 1) }, "‹ Back");
  const next = h(
    "button",
    { type: "button", class: "main", onclick: () => go(at + 1) },
    "Next step ›",
  );
  const buttons = h("div", { class: "row", hidden: true }, before, next, count);
  const element = h(
    "section",
    { class: "card trace", "aria-labelledby": "errorest-trace" },
    h("header", {}, h("h2", { id: "errorest-trace" }, "One point, step by step")),
    who,
    step,
    buttons,
  );

  async function trace() {
    if (!app.scene) return;
    const index = app.selected;
    const now = `${app.scene.frame.id}:${index}`;
    if (now === traced || app.playing) return;
    traced = now;
    buttons.hidden = step.hidden = index === null;
    if (index === null) {
      who.textContent =
        "Choose a point on the map, with a click or the arrow keys, to follow its numbers through the network and back.";
      drawing.light([], []);
      return;
    }
    who.textContent = describe(app.scene, index);
    const reply = await app.ask({ type: "trace", index });
    if (!reply || app.selected !== index) return;
    const { scene } = app;
    steps = stepsOf(/** @type {any} */ (reply.answer), scene.graph.names, scene.data);
    const start = steps.findIndex(({ part }) => part === app.part);
    go(fresh && start > 0 ? start : Math.min(at, steps.length - 1));
    fresh = false;
  }

  /** @param {number} to */
  function go(to) {
    at = Math.max(0, Math.min(steps.length - 1, to));
    const { part: name, title, lines: formulas, edges, units } = steps[at];
    part.textContent = `${name}: ${title}`;
    fill(lines, ...formulas.map((line) => h("p", { class: "formula" }, line)));
    count.textContent = `${at + 1} of ${steps.length}`;
    set(before, { disabled: at === 0 });
    set(next, { disabled: at === steps.length - 1 });
    drawing.light(edges, units);
  }

  app.on("selected", () => {
    at = 0;
    fresh = true;
    trace();
  });
  app.on("scene", trace);
  app.on("playing", () => {
    if (app.playing) drawing.light([], []);
    else trace();
  });
  return { element };
}
