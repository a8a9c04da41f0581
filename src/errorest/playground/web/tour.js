/** The guided tour: a panel that goes from stop to stop. */

import { fill, h, set } from "./dom.js";
import { icon } from "./icons.js";
import { STOPS } from "./stops.js";

/** @typedef {import("./app.js").App} App */

/**
 * @param {App} app
 * @param {HTMLElement} root
 */
export function tour(app, root) {
  let at = -1;
  const title = h("h2", { id: "errorest-tour", tabindex: -1 });
  const text = h("p");
  const count = h("span", { class: "note" });
  const back = h("button", { type: "button", onclick: () => go(at - 1) }, "‹ Back");
  const next = h("button", {
    type: "button",
    class: "main",
    onclick: () => (at + 1 < STOPS.length ? go(at + 1) : end()),
  });
  const element = h(
    "aside",
    {
      class: "tour",
      hidden: true,
      "aria-labelledby": "errorest-tour",
      onkeydown: (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && end(),
    },
    h(
      "header",
      {},
      title,
      h(
        "button",
        { type: "button", class: "quiet round", "aria-label": "End the tour", onclick: end },
        icon("close"),
      ),
    ),
    text,
    h("div", { class: "row" }, back, next, count),
  );

  /** @param {string} name */
  const cardOf = (name) => root.querySelector(`[aria-labelledby="errorest-${name}"]`);

  /** @param {number} to */
  async function go(to) {
    at = Math.max(0, Math.min(STOPS.length - 1, to));
    const stop = { epochs: 0, ...STOPS[at] };
    app.pause();
    app.stop = at;
    element.hidden = false;
    title.textContent = stop.title;
    text.textContent = stop.text;
    count.textContent = `Stop ${at + 1} of ${STOPS.length}`;
    fill(next, at + 1 < STOPS.length ? "Next stop ›" : "End");
    set(back, { disabled: at === 0 });
    title.focus();
    app.select(null);
    const here = at;
    await app.show({ type: "setup", ...stop.setup });
    while (at === here && app.scene && app.scene.frame.epoch < stop.epochs && !app.scene.frame.done) {
      if (
        !(await app.show({
          type: "frame",
          run: "epochs",
          epochs: stop.epochs - app.scene.frame.epoch,
        }))
      )
        break;
    }
    if (at !== here) return;
    if (stop.point !== undefined) app.select(stop.point, stop.part);
    for (const card of root.querySelectorAll(".card.looked")) card.classList.remove("looked");
    const card = cardOf(stop.look);
    card?.classList.add("looked");
    // The network lights up with the trace, and shall be seen beside it.
    if (stop.look === "trace") cardOf("network")?.scrollIntoView({ block: "nearest" });
    card?.scrollIntoView({
      block: "nearest",
      behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
    });
  }

  function end() {
    element.hidden = true;
    app.stop = null;
    root.querySelector(".card.looked")?.classList.remove("looked");
    /** @type {HTMLElement | null} */ (root.querySelector("[data-do=tour]"))?.focus();
  }

  return { element, start: () => go(Math.max(at, 0)), go };
}
