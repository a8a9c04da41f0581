/** What the page knows, and the pull loop: the next frame is asked for before this one is drawn. */

import { fixed } from "./numbers.js";
import { readScene } from "./scene.js";

/** @typedef {import("./connection.js").Connection} Connection */
/** @typedef {import("./connection.js").Reply} Reply */
/** @typedef {import("./types.js").State} State */
/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {"scene" | "playing" | "selected" | "theme"} Topic */

/** The sizes of the pictures in a frame. */
const VIEW = { map: 100, thumbnails: 36 };

export class App {
  /**
   * @param {Connection} connection
   * @param {import("./announcer.js").Announcer} announcer
   */
  constructor(connection, announcer) {
    this.connection = connection;
    this.announcer = announcer;
    /** @type {import("./types.js").Entry[]} */
    this.table = [];
    /** What the session can hand out. @type {string[]} */
    this.downloads = [];
    /** How many bytes a message may have. */
    this.most = Infinity;
    /** @type {Scene | null} */
    this.scene = null;
    this.playing = false;
    /** The point that is looked at. @type {number | null} */
    this.selected = null;
    /** Of its trace, what is to be seen first. @type {string | undefined} */
    this.part = undefined;
    /** The stop of the tour. @type {number | null} */
    this.stop = null;
    /** @type {Record<Topic, Set<() => void>>} */
    this.watchers = { scene: new Set(), playing: new Set(), selected: new Set(), theme: new Set() };
    /** Settings that were changed while the last change was on its way. @type {State | null} */
    this.next = null;
    this.changing = false;
    this.drawing = 0;
    this.plays = 0;
  }

  /** The whole state table, as in force. @returns {State} */
  get state() {
    return this.scene?.frame.state ?? {};
  }

  /**
   * @param {Topic} topic
   * @param {() => void} watcher
   */
  on(topic, watcher) {
    this.watchers[topic].add(watcher);
  }

  /** @param {Topic} topic */
  tell(topic) {
    for (const watcher of this.watchers[topic]) watcher();
  }

  /**
   * Ask the session; a frame is taken over, an error is shown.
   * @param {Record<string, unknown>} question
   * @param {ArrayBuffer[]} [buffers]
   * @returns {Promise<Reply | null>} null after an error
   */
  async ask(question, buffers) {
    const reply = await this.connection.ask({ view: VIEW, ...question }, buffers);
    if (reply.answer.type === "error") {
      this.announcer.show(reply.answer.message ?? "");
      return null;
    }
    return reply;
  }

  /**
   * @param {Record<string, unknown>} question
   * @param {ArrayBuffer[]} [buffers]
   * @returns {Promise<boolean>} whether a frame came
   */
  async show(question, buffers) {
    const reply = await this.ask(question, buffers);
    if (reply) this.take(reply);
    return reply !== null;
  }

  /** @param {Reply} reply */
  take({ answer, buffers }) {
    const frame = /** @type {import("./types.js").Frame} */ (/** @type {unknown} */ (answer));
    if (frame.table) this.table = frame.table;
    if (frame.downloads) this.downloads = frame.downloads;
    if (frame.limits) this.most = frame.limits.message_bytes;
    this.scene = readScene(frame, buffers, this.scene);
    if (frame.note) this.announcer.show(frame.note);
    if (frame.data && this.selected !== null && this.selected >= this.scene.data.labels.length) {
      this.select(null);
    }
    // At most one drawing for each refresh of the screen.
    cancelAnimationFrame(this.drawing);
    this.drawing = requestAnimationFrame(() => this.tell("scene"));
  }

  /** Change settings. While one change is on its way, later ones wait and go together.
   * @param {State} set
   */
  async change(set) {
    this.next = { ...this.next, ...set };
    if (this.changing) return;
    this.changing = true;
    while (this.next) {
      const now = this.next;
      this.next = null;
      // What was refused is taken back by the controls, too.
      if (!(await this.show({ type: "state", set: now }))) this.tell("scene");
    }
    this.changing = false;
  }

  async play() {
    if (this.playing) return;
    this.setPlaying(true);
    // A loop that is still waiting for its last frame must not wake up in a later one.
    const turn = ++this.plays;
    let coming = this.ask({ type: "frame", run: "play" });
    while (this.playing && turn === this.plays) {
      const reply = await coming;
      if (!reply || reply.answer.done) this.setPlaying(false);
      if (this.playing) coming = this.ask({ type: "frame", run: "play" });
      if (reply) this.take(reply);
    }
  }

  pause() {
    this.setPlaying(false);
  }

  /** @param {boolean} playing */
  setPlaying(playing) {
    this.playing = playing;
    this.tell("playing");
  }

  /** @param {"epoch" | "batch" | "point"} run */
  async step(run) {
    this.pause();
    await this.show({ type: "frame", run });
    if (!this.scene) return;
    const { epoch, step, point, called, loss, accuracy } = this.scene.frame;
    let news = `loss ${fixed(loss.train, 4)}`;
    if (this.state.model === "perceptron") news = `accuracy ${fixed(accuracy.train)}`;
    if (point !== null) news = `point ${point + 1} said ${called ? "“come closer”" : "“I’m good”"}`;
    this.announcer.say(`Epoch ${epoch}, step ${step}, ${news}`);
  }

  rewind() {
    this.pause();
    return this.show({ type: "rewind" });
  }

  /** @param {number} epoch */
  goTo(epoch) {
    this.pause();
    return this.show({ type: "goto", epoch });
  }

  /**
   * @param {number | null} index
   * @param {string} [part] of its trace, to be seen first
   */
  select(index, part) {
    this.selected = index;
    this.part = part;
    this.tell("selected");
  }
}
