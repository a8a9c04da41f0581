/**
 * The playground, for two hosts: anywidget calls `render` in Jupyter, host.js in a page of its own.
 * Both hand over a model with `send` and `on`; host.js also knows an address to share.
 */

import { Announcer } from "./announcer.js";
import { App } from "./app.js";
import { Connection } from "./connection.js";
import { h } from "./dom.js";
import { buildPage } from "./page.js";
import { keepAddress, readFragment } from "./share.js";

/** @param {{ model: import("./types.js").Model, el: HTMLElement }} place */
export function render({ model, el }) {
  const announcer = new Announcer();
  const connection = new Connection(model, (message) => announcer.show(message));
  const app = new App(connection, announcer);
  // In a notebook, keys pressed here are not meant for its cells.
  const root = h("div", { class: "errorest", lang: "en", "data-lm-suppress-shortcuts": "true" });
  el.append(root);
  const { guide } = buildPage(app, root, model);
  open();

  async function open() {
    const { session, page } = readFragment(model.fragment ?? "");
    const opened = await app.show({ type: "hello", fragment: session });
    // What is wrong with an address is told; the page opens all the same.
    if (!opened) await app.show({ type: "hello", fragment: "" });
    if (model.link) app.on("scene", () => keepAddress(app, model));
    if (page.stop) await guide.go(page.stop - 1);
    if (page.point < (app.scene?.data.labels.length ?? 0)) app.select(page.point);
  }

  return () => {
    app.pause();
    connection.close();
    root.remove();
  };
}

export default { render };
