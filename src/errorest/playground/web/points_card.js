/** The map's twin: the points as a table, to read, to add to and to take from. */

import { fill, h } from "./dom.js";
import { percent, text } from "./numbers.js";
import { classStyles } from "./palette.js";
import { sign } from "./map_controls.js";

/** @typedef {import("./app.js").App} App */

/** A longer table would make the page slow; the rest is on the map. */
const MOST_ROWS = 300;

/** @param {App} app */
export function pointsCard(app) {
  const table = h("div", {
    class: "scroll",
    tabindex: 0,
    role: "region",
    "aria-label": "Table of the points",
  });
  const adder = h("form", { class: "row adder" });
  const details = h(
    "details",
    { ontoggle: () => show() },
    h("summary", {}, h("h2", { id: "errorest-points" }, "The points as a table")),
    h("div", { class: "stack" }, table, adder),
  );
  const element = h(
    "section",
    { class: "card wide later", "aria-labelledby": "errorest-points" },
    details,
  );
  let known = "";

  function show() {
    if (!app.scene || !details.open) return;
    const { data, probabilities, votes } = app.scene;
    const nInputs = data.inputs.length;
    const styles = classStyles(data.classes.length);
    const button = (
      /** @type {string} */ what,
      /** @type {number} */ index,
      /** @type {() => void} */ onclick,
    ) => {
      const label = `${what} point ${index + 1}`;
      return h("button", { type: "button", class: "quiet", "aria-label": label, onclick }, what);
    };
    const rows = Array.from(data.labels.subarray(0, MOST_ROWS), (label, index) =>
      h(
        "tr",
        { class: index === app.selected ? "selected" : "" },
        h("th", { scope: "row" }, index + 1),
        ...data.inputs.map(({ center, scale }, k) =>
          h("td", {}, text(data.points[index * nInputs + k] * scale + center)),
        ),
        h("td", { class: "name" }, sign(styles[label]), ` ${data.classes[label]}`),
        h("td", { class: "name" }, data.validation[index] ? "validation" : "training"),
        probabilities && h("td", {}, percent(probabilities[index])),
        h("td", { class: "name" }, votes[index] ? "come closer" : "I’m good"),
        h(
          "td",
          {},
          button("Trace", index, () => app.select(index)),
          button("Delete", index, () => app.show({ type: "delete", index })),
        ),
      ),
    );
    const heads = [...data.inputs.map(({ name }) => name), "class", "set"];
    heads.push(...(probabilities ? ["probability of its class"] : []), "says");
    const scrolled = table.scrollTop;
    const { activeElement } = document;
    const focused = table.contains(activeElement) && activeElement?.getAttribute("aria-label");
    fill(
      table,
      h(
        "table",
        {},
        h(
          "caption",
          {},
          data.labels.length > MOST_ROWS
            ? `The first ${MOST_ROWS} of ${data.labels.length} points`
            : `${data.labels.length} points`,
        ),
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, "no."),
            ...heads.map((name) => h("th", { scope: "col" }, name)),
            h("th", { scope: "col" }, "actions"),
          ),
        ),
        h("tbody", {}, ...rows),
      ),
    );
    table.scrollTop = scrolled;
    // Who pressed a button finds it again, or the next row's after a deletion.
    if (focused) {
      const buttons = [...table.querySelectorAll("button")];
      const same = buttons.find((button) => button.getAttribute("aria-label") === focused);
      (same ?? table).focus({ preventScroll: true });
    }
    showAdder(data);
  }

  /** @param {import("./scene.js").Data} data */
  function showAdder({ inputs, classes }) {
    const now = JSON.stringify([inputs.map(({ name }) => name), classes]);
    if (now === known) return;
    known = now;
    const values = inputs.map(({ name, mean, center, scale }) => {
      const input = h("input", {
        type: "number",
        step: "any",
        required: true,
        value: Number((mean * scale + center).toPrecision(3)),
      });
      return {
        encoded: () => (input.valueAsNumber - center) / scale,
        field: h("label", { class: "field" }, h("span", {}, name), input),
      };
    });
    const label = h(
      "select",
      {},
      ...classes.map((name, index) => h("option", { value: index }, name)),
    );
    adder.onsubmit = (event) => {
      event.preventDefault();
      app.show({
        type: "add",
        x: values.map(({ encoded }) => encoded()),
        label: Number(label.value),
      });
    };
    fill(
      adder,
      ...values.map(({ field }) => field),
      h("label", { class: "field" }, h("span", {}, "class"), label),
      h("button", {}, "Add the point"),
    );
  }

  app.on("scene", () => !app.playing && show());
  app.on("selected", show);
  app.on("playing", () => !app.playing && show());
  return { element };
}
