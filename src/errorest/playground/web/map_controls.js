/** Around the map: the classes and their signs, what a click adds, which inputs are the axes. */

import { fill, h, set, svg } from "./dom.js";
import { choice, slider } from "./fields.js";
import { classStyles, markerPath } from "./palette.js";

/** @typedef {import("./app.js").App} App */

/**
 * The sign of a class.
 * @param {import("./palette.js").ClassStyle} style
 */
export function sign(style) {
  return svg(
    "svg",
    { class: "sign", viewBox: "0 0 16 16", "aria-hidden": "true" },
    svg("path", { d: markerPath(style.marker, 8, 8, 6), fill: style.color }),
  );
}

/** @param {App} app */
export function mapControls(app) {
  /** @type {number | null} */
  let adding = null;
  const legend = h("div", { class: "legend note" });
  const tools = h("div", {
    class: "row tools",
    role: "group",
    "aria-label": "What a click on the map does",
  });
  const axes = h("div", { class: "axes" });
  let known = "";

  function showTools() {
    if (!app.scene) return;
    const { classes } = app.scene.data;
    const styles = classStyles(classes.length);
    const tool = (/** @type {number | null} */ value, /** @type {(Node | string)[]} */ ...inside) =>
      h(
        "button",
        {
          type: "button",
          "aria-pressed": String(adding === value),
          onclick: () => {
            adding = value;
            [...tools.children].forEach((button, index) =>
              set(/** @type {HTMLElement} */ (button), {
                "aria-pressed": String(adding === (index ? index - 1 : null)),
              }),
            );
          },
        },
        ...inside,
      );
    fill(
      tools,
      tool(null, "Select and drag"),
      ...classes.map((name, index) => tool(index, "Add ", sign(styles[index]), name)),
    );
    fill(legend, "filled: training · outlined: validation");
  }

  function showAxes() {
    if (!app.scene) return;
    const { inputs } = app.scene.data;
    const names = /** @type {[string, string][]} */ (
      inputs.map(({ name }, index) => [String(index), name])
    );
    const { x_axis: x, y_axis: y, fixed } = app.state;
    const across = choice("x-axis", names, (value) => app.change({ x_axis: Number(value) }));
    const up = choice("y-axis", names, (value) => app.change({ y_axis: Number(value) }));
    across.show(String(x));
    up.show(String(y));
    const others = inputs.flatMap((input, index) => {
      if (index === x || index === y) return [];
      const step = (input.high - input.low) / 100 || 1;
      const { name, center, scale } = input;
      const own = (/** @type {number} */ value) => value * scale + center;
      const range = { low: own(input.low), high: own(input.high), step: step * scale };
      const held = slider(`${name} fixed at`, range, (value) => {
        const values = inputs.map((_, k) => app.state.fixed[k] ?? null);
        values[index] = (value - center) / scale;
        app.change({ fixed: values });
      });
      held.show(own(fixed[index] ?? input.mean));
      return [held.element];
    });
    axes.hidden = inputs.length < 2;
    const selects = () => [...axes.querySelectorAll("select")];
    const focused = selects().findIndex((select) => select === document.activeElement);
    fill(
      axes,
      h("div", { class: "pair" }, across.element, up.element),
      others.length > 0 &&
        h(
          "details",
          {},
          h("summary", {}, `Other inputs (${others.length})`),
          h("div", { class: "others" }, ...others),
        ),
    );
    selects()[focused]?.focus();
  }

  app.on("scene", () => {
    if (!app.scene) return;
    const { classes, inputs } = app.scene.data;
    const now = JSON.stringify([
      classes,
      inputs.map(({ name }) => name),
      app.state.x_axis,
      app.state.y_axis,
    ]);
    if (now === known) return;
    known = now;
    if (adding !== null && adding >= classes.length) adding = null;
    showTools();
    showAxes();
  });
  return { legend, tools, axes, adding: () => adding };
}
