/** The state as the fragment of a link: only what differs from the defaults. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./app.js").App} App */

/** What the page alone knows: the chosen point and the stop of the tour. */
const OF_PAGE = ["point", "stop"];

/**
 * The session's part of a fragment, and the page's.
 * @param {string} fragment
 */
export function readFragment(fragment) {
  const session = new URLSearchParams(fragment);
  /** @type {Record<string, number>} */
  const page = {};
  for (const name of OF_PAGE) {
    const value = session.get(name);
    if (value !== null && /^\d+$/.test(value)) page[name] = Number(value);
    session.delete(name);
  }
  return { session: session.toString(), page };
}

/**
 * Let the address follow the settings.
 * @param {App} app
 * @param {import("./types.js").Model} model
 */
export function keepAddress(app, model) {
  const now = app.scene?.frame.fragment;
  if (now === undefined || now === model.fragment) return;
  model.fragment = now;
  model.link?.(now);
}

/** @param {App} app */
async function writeFragment(app) {
  const reply = await app.ask({ type: "share" });
  if (!reply) return null;
  const fragment = new URLSearchParams(reply.answer.fragment);
  if (app.selected !== null) fragment.set("point", String(app.selected));
  if (app.stop !== null) fragment.set("stop", String(app.stop + 1));
  return { fragment: fragment.toString(), ownData: reply.answer.own_data };
}

/**
 * @param {App} app
 * @param {(fragment: string) => string} link puts the fragment into the address, and returns it
 */
export function shareButton(app, link) {
  const share = async () => {
    const written = await writeFragment(app);
    if (!written) return;
    const address = link(written.fragment);
    const own =
      written.ownData === "too large"
        ? " Your own data is too large for a link, so the link holds only the settings."
        : written.ownData === "included"
          ? " It includes your data."
          : "";
    try {
      await navigator.clipboard.writeText(address);
      app.announcer.show(`The link has been copied.${own}`);
    } catch {
      app.announcer.show(`The link is in the address bar.${own}`);
    }
  };
  return h(
    "button",
    { type: "button", "data-do": "share", onclick: share },
    icon("share"),
    h("span", { class: "wordy" }, "Share"),
  );
}
