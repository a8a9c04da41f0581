/** Taking things home: the model, a script, pictures. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { mapSvg, networkSvg, toPng } from "./picture.js";
import { inks } from "./theme.js";

/** @typedef {import("./app.js").App} App */

/**
 * Let the browser save a file.
 * @param {string} name
 * @param {BlobPart} content
 * @param {string} type
 */
function save(name, content, type) {
  const link = h("a", { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/**
 * @param {App} app
 * @param {HTMLCanvasElement} map
 */
export function downloadMenu(app, map) {
  const ask = async (/** @type {string} */ what) => {
    const reply = await app.ask({ type: "download", what });
    if (!reply) return;
    const { name, mime } = reply.answer;
    save(name, /** @type {BlobPart} */ (reply.buffers[0]), mime);
  };
  /** @typedef {typeof mapSvg | typeof networkSvg} Draw */
  const drawing = (/** @type {string} */ name, /** @type {Draw} */ draw) =>
    app.scene && save(`${name}.svg`, draw(app.scene, inks(map)), "image/svg+xml");
  const png = async (/** @type {string} */ name, /** @type {Draw} */ draw) => {
    const blob = app.scene && (await toPng(draw(app.scene, inks(map))));
    if (blob) save(`${name}.png`, blob, "image/png");
  };
  /** @type {[string, () => void, string?][]} */
  const items = [
    ["Model (skops)", () => ask("skops"), "skops"],
    ["Model (ONNX)", () => ask("onnx"), "onnx"],
    ["Python script", () => ask("script"), "script"],
    ["Map (PNG)", () => png("map", mapSvg)],
    ["Map (SVG)", () => drawing("map", mapSvg)],
    ["Network (PNG)", () => png("network", networkSvg)],
    ["Network (SVG)", () => drawing("network", networkSvg)],
  ];
  const menu = h(
    "details",
    { class: "menu" },
    h("summary", {}, icon("download"), h("span", { class: "wordy" }, "Download")),
    h(
      "div",
      { class: "stack" },
      ...items.map(([label, onclick, what = ""]) =>
        h("button", { type: "button", class: "quiet", onclick, "data-what": what }, label),
      ),
    ),
  );
  menu.addEventListener("toggle", () => {
    for (const button of menu.querySelectorAll("button")) {
      const { what } = button.dataset;
      button.hidden = Boolean(what) && !app.downloads.includes(what ?? "");
    }
  });
  menu.addEventListener("click", (event) => {
    if (event.target instanceof HTMLButtonElement) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
  return menu;
}
