/** Labelled controls. Each has `show(value)`, which follows the session without telling it back. */

import { h, set } from "./dom.js";
import { text } from "./numbers.js";

/**
 * @template Value
 * @typedef {{ element: HTMLElement, show: (value: Value) => void, limit?: (high: number) => void }} Field
 */

let count = 0;

/**
 * @param {string} label
 * @param {{ low: number, high: number, step: number }} range
 * @param {(value: number) => void} change
 * @returns {Field<number>}
 */
export function slider(label, { low, high, step }, change) {
  // An output would take the label for itself, and the slider would have no name.
  const shown = h("span", { "aria-hidden": "true" });
  const input = h("input", {
    type: "range",
    min: low,
    max: high,
    step,
    oninput: () => {
      shown.textContent = text(input.valueAsNumber);
      change(input.valueAsNumber);
    },
  });
  return {
    element: h("label", { class: "field" }, h("span", {}, label, shown), input),
    show: (value) => {
      if (document.activeElement !== input || input.valueAsNumber !== value)
        input.value = String(value);
      shown.textContent = text(value);
    },
    limit: (high) => set(input, { max: high, step: high / 100 }),
  };
}

/**
 * @param {string} label
 * @param {{ low?: number, high?: number, step?: number | "any" }} range
 * @param {(value: number) => void} change
 * @returns {Field<number>}
 */
export function number(label, { low, high, step = "any" }, change) {
  let inForce = NaN;
  let typing = false;
  const input = h("input", {
    type: "number",
    min: low,
    max: high,
    step,
    oninput: () => (typing = true),
    onblur: () => (typing = false),
    onchange: () => {
      typing = false;
      if (Number.isFinite(input.valueAsNumber)) change(input.valueAsNumber);
      else show(inForce);
    },
  });
  /** @param {number} value */
  function show(value) {
    inForce = value;
    if (!typing) input.value = String(Number(value.toPrecision(6)));
  }
  return { element: h("label", { class: "field" }, h("span", {}, label), input), show };
}

/**
 * @param {string} label
 * @param {[value: string, name: string][]} choices
 * @param {(value: string) => void} change
 * @returns {Field<string> & { offer: (choices: [string, string][]) => void }}
 */
export function choice(label, choices, change) {
  const select = h("select", { onchange: () => change(select.value) });
  let offered = "";
  const offer = (/** @type {[string, string][]} */ next) => {
    if (JSON.stringify(next) === offered) return;
    offered = JSON.stringify(next);
    select.replaceChildren(...next.map(([value, name]) => h("option", { value }, name)));
  };
  offer(choices);
  return {
    element: h("label", { class: "field" }, h("span", {}, label), select),
    show: (value) => {
      if (select.value !== value) select.value = value;
    },
    offer,
  };
}

/**
 * One of a few, as buttons side by side.
 * @param {string} label
 * @param {[value: string, name: string][]} choices
 * @param {(value: string) => void} change
 * @returns {Field<string>}
 */
export function segmented(label, choices, change) {
  const id = `errorest-label-${++count}`;
  const buttons = choices.map(([value, name]) =>
    h("button", { type: "button", "data-value": value, onclick: () => change(value) }, name),
  );
  return {
    element: h(
      "div",
      { class: "segmented", role: "group", "aria-labelledby": id },
      h("span", { class: "label", id }, label),
      h("div", { class: "segments" }, ...buttons),
    ),
    show: (value) => {
      for (const button of buttons)
        set(button, { "aria-pressed": String(button.dataset.value === value) });
    },
  };
}

/**
 * @param {string} label
 * @param {(value: boolean) => void} change
 * @returns {Field<boolean>}
 */
export function check(label, change) {
  const input = h("input", { type: "checkbox", onchange: () => change(input.checked) });
  return {
    element: h("label", { class: "check" }, input, label),
    show: (value) => {
      input.checked = value;
    },
  };
}
