/** What a screen reader says: notes politely, errors at once; both are shown as well. */

import { h } from "./dom.js";

export class Announcer {
  constructor() {
    this.quiet = h("p", { class: "hidden-text", role: "status", "aria-live": "polite" });
    this.shown = h("p", { class: "toast", role: "alert", hidden: true });
    this.element = h("div", {}, this.quiet, this.shown);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Say something to those who do not see the page.
   * @param {string} message
   */
  say(message) {
    this.quiet.textContent = message;
  }

  /** Say something to everybody.
   * @param {string} message
   */
  show(message) {
    this.shown.textContent = message;
    this.shown.hidden = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hide(), 9000);
  }

  /** Show no longer what was said last. */
  hide() {
    this.shown.hidden = true;
  }
}
