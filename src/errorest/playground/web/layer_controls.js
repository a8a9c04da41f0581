/** Hidden layers: units added and taken away by buttons, an activation for each. */

import { fill, h } from "./dom.js";
import { choice } from "./fields.js";

/** @typedef {import("./app.js").App} App */

/** @param {App} app */
export function layerControls(app) {
  const element = h("div", { class: "layers", role: "group", "aria-label": "Hidden layers" });
  let known = "";

  /**
   * @param {number[]} hidden
   * @param {string[]} activations
   */
  const change = (hidden, activations) => app.change({ hidden, activations });

  function show() {
    const { model, hidden, activations } = app.state;
    const most = app.table.find(({ name }) => name === "hidden")?.max_length;
    const now = JSON.stringify([model, hidden, activations]);
    if (now === known) return;
    known = now;
    element.hidden = model !== "network";
    const focused = document.activeElement?.getAttribute("data-layer-button");
    const names = app.table.find(({ name }) => name === "activations")?.items?.choices ?? [];
    const button = (
      /** @type {string} */ name,
      /** @type {string} */ text,
      /** @type {string} */ label,
      /** @type {() => void} */ onclick,
      disabled = false,
    ) =>
      h(
        "button",
        {
          type: "button",
          class: "round",
          "data-layer-button": name,
          "aria-label": label,
          title: label,
          onclick,
          disabled,
        },
        text,
      );
    const layers = hidden.map((/** @type {number} */ units, /** @type {number} */ index) => {
      const resize = (/** @type {number} */ by) => () =>
        change(hidden.with(index, units + by), activations);
      const activation = choice(
        `Layer ${index + 1} activation`,
        names.map((name) => [name, name]),
        (value) => change(hidden, activations.with(index, value)),
      );
      activation.show(activations[index]);
      return h(
        "div",
        { class: "layer" },
        activation.element,
        h(
          "div",
          { class: "row" },
          button(
            `less-${index}`,
            "−",
            `Remove a unit from layer ${index + 1}`,
            resize(-1),
            units <= 1,
          ),
          h("span", { class: "units-count" }, `${units} ${units === 1 ? "unit" : "units"}`),
          button(`more-${index}`, "+", `Add a unit to layer ${index + 1}`, resize(1)),
        ),
      );
    });
    fill(
      element,
      ...layers,
      h(
        "div",
        { class: "layer" },
        h("span", { class: "label" }, "Hidden layers"),
        h(
          "div",
          { class: "row" },
          button(
            "less",
            "−",
            "Remove the last layer",
            () => change(hidden.slice(0, -1), activations.slice(0, -1)),
            hidden.length === 0,
          ),
          h("span", { class: "units-count" }, `${hidden.length}`),
          button(
            "more",
            "+",
            "Add a layer",
            () => change([...hidden, 3], [...activations, activations.at(-1) ?? "tanh"]),
            hidden.length === most,
          ),
        ),
      ),
    );
    if (focused)
      /** @type {HTMLElement | null} */ (
        element.querySelector(`[data-layer-button="${focused}"]`)
      )?.focus();
  }

  app.on("scene", show);
  return element;
}
