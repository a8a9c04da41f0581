/** Time: play and pause, one epoch, batch or point, speed, rewind, and back to any recorded epoch. */

import { fill, h, set } from "./dom.js";
import { choice } from "./fields.js";
import { icon } from "./icons.js";
import { fixed } from "./numbers.js";

/** @typedef {import("./app.js").App} App */

/** @type {[string, string][]} */
const SPEEDS = [
  ["1", "1 epoch/frame"],
  ["5", "5 epochs/frame"],
  ["25", "25 epochs/frame"],
  ["0", "as fast as possible"],
];

/** @param {App} app */
export function timeBar(app) {
  const play = h("button", {
    type: "button",
    class: "main play",
    "data-do": "play",
    onclick: toggle,
  });
  const button = (
    /** @type {keyof typeof import("./icons.js").PATHS} */ name,
    /** @type {string} */ label,
    /** @type {() => void} */ onclick,
  ) =>
    h(
      "button",
      { type: "button", "data-do": name, title: label, onclick },
      icon(name),
      h("span", { class: "wordy" }, label),
    );
  const point = button("point", "Point", () => app.step("point"));
  const speed = choice("Speed", SPEEDS, (value) => app.change({ speed: Number(value) }));
  speed.element.classList.add("speed");
  const slider = h("input", {
    type: "range",
    min: 0,
    step: 1,
    "aria-label": "Timeline: go back to a recorded epoch",
    oninput: () => {
      const epoch = app.scene?.epochs[slider.valueAsNumber];
      if (epoch !== undefined) app.goTo(epoch);
    },
  });
  const readings = h("dl", { class: "readings" });
  const element = h(
    "section",
    { class: "time", "aria-label": "Training controls" },
    h(
      "div",
      { class: "row" },
      button("rewind", "Rewind", () => app.rewind()),
      play,
      button("epoch", "Epoch", () => app.step("epoch")),
      button("batch", "Batch", () => app.step("batch")),
      point,
      speed.element,
    ),
    slider,
    readings,
  );

  function toggle() {
    if (app.playing) app.pause();
    else app.play();
  }

  function showPlay() {
    fill(play, icon(app.playing ? "pause" : "play"), app.playing ? "Pause" : "Play");
    set(play, { "aria-pressed": String(app.playing) });
    app.announcer.say(app.playing ? "Training" : "Paused");
  }

  app.on("playing", showPlay);
  app.on("scene", () => {
    if (!app.scene) return;
    const { epochs, data } = app.scene;
    const { epoch, loss, accuracy } = app.scene.frame;
    slider.max = String(epochs.length - 1);
    const at = epochs.findLastIndex((recorded) => recorded <= epoch);
    slider.value = String(Math.max(0, at));
    set(slider, { "aria-valuetext": `Epoch ${epoch}` });
    speed.show(String(app.state.speed));
    const held = data.validation.includes(1);
    const perceptron = app.state.model === "perceptron";
    point.hidden = !perceptron;
    fill(
      readings,
      reading("Epoch", String(epoch)),
      // A perceptron's is 0 at the start, where it knows nothing.
      !perceptron && reading("Loss", fixed(loss.train)),
      !perceptron && held && reading("validation", fixed(loss.validation), "Loss, "),
      reading("Accuracy", fixed(accuracy.train)),
      held && reading("validation", fixed(accuracy.validation), "Accuracy, "),
    );
  });
  showPlay();
  return { element };
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} [of] what the reading before it tells those who see both
 */
function reading(name, value, of) {
  const term = h("dt", {}, of && h("span", { class: "hidden-text" }, of), name);
  return h("div", {}, term, h("dd", {}, value));
}
