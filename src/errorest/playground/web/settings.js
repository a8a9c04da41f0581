/** The settings of data and model: a control for each row of the state table. */

import { csvControls } from "./csv_controls.js";
import { h } from "./dom.js";
import { choice, number, segmented, slider } from "./fields.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./types.js").Entry} Entry */
/** @typedef {import("./fields.js").Field<any>} Field */

/** Which rows of the table stand in which group; the rest have places of their own. */
const GROUPS = {
  Data: ["dataset", "noise", "n_points", "validation", "data_seed"],
  Model: ["model", "seed"],
  Learning: ["optimizer", "learning_rate", "schedule", "batch_size", "loss", "max_epochs"],
  Regularization: ["l2", "dropout"],
};

/** Settings that a model has no use for are hidden.
 * @type {Record<string, string[]>} */
const UNUSED = {
  perceptron: ["loss", "optimizer", "schedule", "batch_size", "l2", "dropout"],
  logistic: ["loss", "dropout"],
  network: [],
};

/** Whole numbers without a middle to slide to. */
const TYPED = new Set(["seed", "data_seed", "max_epochs"]);

/** Choices that are not called by their names.
 * @type {Record<string, string>} */
const CALLED = { own: "your own table", cross_entropy: "cross-entropy" };

/** @param {string} name */
const words = (name) => CALLED[name] ?? name.replaceAll("_", " ");

/**
 * @param {Entry} entry
 * @param {(value: any) => void} change
 * @returns {Field}
 */
function fieldFor({ name, kind, label, choices = [], low, high, step, logarithmic }, change) {
  /** @type {[string, string][]} */
  const named = choices.map((value) => [value, words(value)]);
  if (name === "model") return segmented(label, named, change);
  if (kind === "choice") return choice(label, named, change);
  if (TYPED.has(name) || logarithmic || low === undefined || high === undefined) {
    return number(label, { low, high }, change);
  }
  return slider(
    label,
    { low, high, step: step ?? (kind === "int" ? 1 : (high - low) / 100) },
    change,
  );
}

/** @param {App} app */
export function settingsCard(app) {
  const csv = csvControls(app);
  const element = h("section", {
    class: "card settings stack",
    "aria-labelledby": "errorest-settings",
  });
  element.append(h("h2", { id: "errorest-settings" }, "Settings"));
  const about = h("p", { class: "note" });
  /** @type {Map<string, Field>} */
  const fields = new Map();
  /** The names of what is in each group. @type {Map<HTMLElement, string[]>} */
  const groups = new Map();

  function build() {
    for (const [group, names] of Object.entries(GROUPS)) {
      const inside = names.flatMap((name) => {
        const entry = app.table.find((row) => row.name === name);
        if (!entry) return [];
        const field = fieldFor(entry, (value) => app.change({ [name]: value }));
        field.element.dataset.setting = name;
        // On the control itself, whose description it is for a screen reader.
        if (entry.help)
          field.element.querySelector("input, select")?.setAttribute("title", entry.help);
        fields.set(name, field);
        return [field.element];
      });
      const stack = h("div", { class: "stack" }, ...inside);
      if (group === "Data") {
        stack.prepend(about);
        stack.append(csv);
      }
      const details = h(
        "details",
        { open: group !== "Regularization" },
        h("summary", {}, group),
        stack,
      );
      groups.set(details, names);
      element.append(details);
    }
  }

  app.on("scene", () => {
    if (!fields.size) build();
    const { state } = app;
    if (app.scene) about.textContent = describeData(app.scene.data, state.dataset);
    about.hidden = !about.textContent;
    const observed = ["own", "admissions"].includes(state.dataset);
    const unused = [
      ...(UNUSED[state.model] ?? []),
      ...(observed ? ["noise"] : []),
      ...(state.dataset === "own" ? ["n_points"] : []),
    ];
    const data = app.scene?.frame.data;
    if (data) fields.get("noise")?.limit?.(data.noise_high);
    for (const [name, field] of fields) {
      field.show(state[name]);
      field.element.hidden = unused.includes(name);
    }
    for (const [group, names] of groups) group.hidden = names.every((name) => unused.includes(name));
  });
  return { element };
}

/**
 * What the data are, where their name does not say it.
 * @param {import("./scene.js").Data} data
 * @param {string} dataset
 */
function describeData({ name, target, edited }, dataset) {
  if (edited) return "These points are from the tour or were edited by hand; changing the data settings draws new ones.";
  return dataset === "own" ? `${name}, predicting ${target}` : "";
}
