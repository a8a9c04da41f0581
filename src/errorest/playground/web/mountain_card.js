/** The card of Mount Errorest: asks for the landscape when somebody sees it, and lets it turn. */

import { sharpCanvas } from "./canvas.js";
import { unpack } from "./connection.js";
import { h } from "./dom.js";
import { drawMountain } from "./mountain.js";
import { segmented } from "./fields.js";
import { fixed } from "./numbers.js";
import { inks } from "./theme.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./mountain.js").Landscape & { losses: number[] }} Landscape */

/** Places on a side of the landscape; fewer while training, which waits for the survey. */
const GRID = { standing: 36, walking: 18 };

/** While training, the landscape is surveyed anew so often, in milliseconds. */
const SURVEY_EVERY = 1000;

/** @param {App} app */
export function mountainCard(app) {
  const view = { yaw: 0.6, pitch: 0.75 };
  /** @type {Landscape | null} */
  let landscape = null;
  let seen = false;
  let asking = false;
  let surveyed = "";
  let last = 0;
  /** @type {string | null} */
  let chosen = null;
  const heights = segmented(
    "Height",
    [
      ["loss", "loss"],
      ["mistakes", "mistakes"],
    ],
    (value) => {
      chosen = value;
      survey();
    },
  );
  const story = h("p", { class: "note" });
  const { canvas, context, size } = sharpCanvas(
    {
      class: "mountain",
      tabindex: 0,
      role: "application",
      "aria-roledescription": "landscape",
      "aria-label": "Mount Errorest, the error surface. The arrow keys turn it.",
    },
    (width) => Math.min(width * 0.72, 360),
    draw,
  );
  const element = h(
    "section",
    { class: "card", "aria-labelledby": "errorest-mountain" },
    h("header", {}, h("h2", { id: "errorest-mountain" }, "Mount Errorest"), heights.element),
    canvas,
    story,
  );

  function draw() {
    const pen = context();
    if (pen && landscape)
      drawMountain(pen, size.width, size.height, landscape, view, inks(canvas).ink);
  }

  async function survey() {
    const frame = app.scene?.frame;
    if (!frame) return;
    const perceptron = app.state.model === "perceptron";
    // A perceptron learns from mistakes; its loss may well rise.
    const height = chosen ?? (perceptron ? "mistakes" : "loss");
    heights.show(height);
    if (!seen || asking) return;
    const size = app.playing ? GRID.walking : GRID.standing;
    const now = `${frame.id}:${size}:${height}`;
    if (now === surveyed || (app.playing && performance.now() - last < SURVEY_EVERY)) return;
    asking = true;
    surveyed = now;
    last = performance.now();
    const reply = await app.ask({ type: "surface", size, height });
    asking = false;
    if (!reply) return;
    const answer = /** @type {import("./types.js").Surface} */ (
      /** @type {unknown} */ (reply.answer)
    );
    landscape = read(answer, reply.buffers);
    const { losses } = landscape;
    const loss = `the loss${perceptron ? " (|z| for each wrong output: 0 where all z are 0)" : ""}`;
    const is = height === "loss" ? loss : "the share of mistakes (a staircase)";
    const walked = new Set(losses).size > 1;
    story.textContent = walked
      ? `The height is ${is}; the two directions are ${answer.labels.join(" and ")}. ` +
        `The path began at ${fixed(losses[0])} and is now at ${fixed(losses.at(-1))}.`
      : `The height is ${is}, ${fixed(losses[0])} here, over two directions of the weights. So far, the path has stayed at this height.`;
    draw();
    survey();
  }

  new IntersectionObserver(([entry]) => {
    seen = entry.isIntersecting;
    survey();
  }).observe(canvas);
  canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
  canvas.addEventListener(
    "pointermove",
    (event) => event.buttons && turn(event.movementX * 0.01, event.movementY * 0.006),
  );
  canvas.addEventListener("keydown", (event) => {
    const step = {
      ArrowLeft: [-0.12, 0],
      ArrowRight: [0.12, 0],
      ArrowUp: [0, 0.06],
      ArrowDown: [0, -0.06],
    }[event.key];
    if (!step) return;
    event.preventDefault();
    turn(step[0], step[1]);
  });

  /**
   * @param {number} right
   * @param {number} up
   */
  function turn(right, up) {
    view.yaw = (view.yaw - right) % (2 * Math.PI);
    view.pitch = Math.max(0.25, Math.min(1.45, view.pitch + up));
    draw();
  }

  app.on("scene", survey);
  app.on("theme", draw);
  app.on("playing", survey);
  return { element };
}

/**
 * @param {import("./types.js").Surface} surface
 * @param {DataView[]} buffers
 * @returns {Landscape}
 */
function read(surface, buffers) {
  const losses = unpack(surface.heights, buffers);
  const size = surface.heights.shape[0];
  const walk = unpack(surface.path, buffers);
  let [low, high] = [Infinity, -Infinity];
  for (const loss of losses) [low, high] = [Math.min(low, loss), Math.max(high, loss)];
  const height = (/** @type {number} */ loss) =>
    Math.max(0, Math.min(1, (loss - low) / (high - low || 1)));
  const cell = (/** @type {number} */ at, /** @type {[number, number]} */ [from, to]) =>
    Math.max(0, Math.min(size - 1, ((at - from) / (to - from)) * (size - 1)));
  const path = Array.from({ length: walk.length / 3 }, (_, step) => ({
    x: cell(walk[3 * step], surface.x),
    y: cell(walk[3 * step + 1], surface.y),
    height: height(walk[3 * step + 2]),
  }));
  const walked = Array.from(walk).filter((_, index) => index % 3 === 2);
  return { heights: Array.from(losses, height), size, path, losses: walked };
}
