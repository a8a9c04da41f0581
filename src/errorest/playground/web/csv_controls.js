/** One's own table: a CSV by file dialog or by drop, then its columns and its target. */

import { fill, h } from "./dom.js";
import { check, choice } from "./fields.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {{ name: string, kind: string, used: boolean }} Column */
/** @typedef {{ columns: Column[], target: string | null, n_rows: number, note: string | null }} Described */

/** @param {App} app */
export function csvControls(app) {
  const chooser = h("div", { class: "stack" });
  const input = h("input", {
    type: "file",
    accept: ".csv,text/csv",
    class: "hidden-text",
    onchange: () => {
      if (input.files?.[0]) upload(app, chooser, input.files[0]);
      input.value = "";
    },
  });
  return h(
    "div",
    { class: "stack" },
    h("label", { class: "file" }, input, "Load your own table …"),
    h(
      "p",
      { class: "note" },
      "Or drop a CSV file anywhere on the page. It goes only to the Errorest that runs this page.",
    ),
    chooser,
  );
}

/**
 * Take files that are dropped on the page.
 * @param {App} app
 * @param {HTMLElement} root
 */
export function takeDrops(app, root) {
  root.addEventListener("dragover", (event) => {
    event.preventDefault();
    root.classList.add("dropping");
  });
  root.addEventListener("dragleave", () => root.classList.remove("dropping"));
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    root.classList.remove("dropping");
    const file = event.dataTransfer?.files[0];
    const chooser = /** @type {HTMLElement | null} */ (root.querySelector(".file ~ .stack"));
    if (file && chooser) upload(app, chooser, file);
  });
}

/**
 * @param {App} app
 * @param {HTMLElement} place
 * @param {File} file
 */
async function upload(app, place, file) {
  // A larger message would end the session; beside the file there are its name and a little more.
  const most = app.most - 4000;
  if (file.size > most) {
    app.announcer.show(`${file.name} is ${file.size} bytes long, more than the limit of ${most}: use part of it`);
    return;
  }
  const reply = await app.ask({ type: "csv", name: file.name }, [await file.arrayBuffer()]);
  if (!reply) return;
  app.announcer.hide();
  const { columns, target, n_rows: nRows, note } = /** @type {Described} */ (
    /** @type {unknown} */ (reply.answer)
  );
  let label = target ?? columns[0].name;
  const inputs = columns.filter(({ used }) => used);
  const ticked = new Set(inputs.map(({ name }) => name).filter((name) => name !== label));
  const boxes = inputs.map((column) => {
    const { name } = column;
    const box = check(described(column), (on) => (on ? ticked.add(name) : ticked.delete(name)));
    box.show(ticked.has(name));
    return { name, ...box };
  });
  const leftOut = columns.filter(({ name, used }) => !used && name !== label).map(described);
  const targets = choice(
    "Column to predict",
    columns.map(({ name }) => [name, name]),
    (value) => {
      label = value;
      for (const box of boxes) box.element.hidden = box.name === label;
    },
  );
  targets.show(label);
  for (const box of boxes) box.element.hidden = box.name === label;
  const use = h("button", { type: "button", class: "main" }, "Use this table");
  use.onclick = async () => {
    const names = [...ticked].filter((name) => name !== label);
    if (await app.show({ type: "own", columns: names, target: label })) fill(place);
  };
  fill(
    place,
    h("p", {}, h("strong", {}, file.name), `: ${nRows} rows`),
    note && h("p", { class: "note" }, note),
    targets.element,
    h(
      "fieldset",
      { class: "stack columns" },
      h("legend", { class: "label" }, "Input columns"),
      ...boxes.map(({ element }) => element),
    ),
    leftOut.length > 0 && h("p", { class: "note" }, `Left out: ${leftOut.join(", ")}`),
    use,
  );
  use.scrollIntoView({ block: "nearest" });
  targets.element.querySelector("select")?.focus();
}

/** @param {Column} column */
function described({ name, kind }) {
  return `${name} (${kind})`;
}
