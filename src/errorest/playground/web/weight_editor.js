/** A small field beside an edge, to type another weight. */

import { h } from "./dom.js";

/**
 * @param {HTMLElement} place what the editor stands in
 * @param {(edge: import("./network_drawing.js").EdgeKey, value: number) => void} change
 */
export function weightEditor(place, change) {
  /** @type {(() => void) | null} */
  let back = null;
  /** @type {import("./network_drawing.js").EdgeKey | null} */
  let edge = null;
  const label = h("label", { for: "errorest-weight" });
  const input = h("input", { id: "errorest-weight", type: "number", step: "any" });
  const box = h(
    "form",
    {
      class: "editor",
      hidden: true,
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        if (edge && Number.isFinite(input.valueAsNumber)) change(edge, input.valueAsNumber);
        close();
      },
      onkeydown: (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && close(),
    },
    label,
    h(
      "div",
      { class: "row" },
      input,
      h("button", { class: "main" }, "Set"),
      h("button", { type: "button", onclick: close }, "Cancel"),
    ),
  );
  place.append(box);

  function close() {
    box.hidden = true;
    back?.();
  }

  return {
    /**
     * @param {import("./network_drawing.js").EdgeKey} of
     * @param {string} name
     * @param {number} value
     * @param {number} x
     * @param {number} y
     * @param {() => void} after where the focus goes back to
     */
    open(of, name, value, x, y, after) {
      edge = of;
      back = after;
      label.textContent = name;
      input.value = String(Number(value.toPrecision(5)));
      box.hidden = false;
      const width = box.offsetWidth;
      box.style.left = `${Math.max(0, Math.min(x - width / 2, place.clientWidth - width))}px`;
      box.style.top = `${y + 10}px`;
      input.select();
      input.focus();
    },
  };
}
