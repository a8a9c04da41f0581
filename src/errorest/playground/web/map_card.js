/** The card of the map: what is drawn where, and what pointer and keys do to the points. */

import { sharpCanvas } from "./canvas.js";
import { h } from "./dom.js";
import { drawMap, frameOf, places } from "./map_drawing.js";
import { mapControls } from "./map_controls.js";
import { percent, text } from "./numbers.js";
import { inks } from "./theme.js";

/** @typedef {import("./app.js").App} App */

/** How far from a point it is still meant, in pixels; a finger is broader than a mouse's arrow. */
const NEAR = { mouse: 14, touch: 24 };

/** @param {App} app */
export function mapCard(app) {
  const controls = mapControls(app);
  const picture = document.createElement("canvas");
  const { canvas, context, size } = sharpCanvas(
    {
      class: "map",
      tabindex: 0,
      role: "application",
      "aria-roledescription": "map of points",
      "aria-label": "Map of the points and the model’s predictions",
      "aria-describedby": "errorest-map-keys",
    },
    (width) => Math.min(width, 620),
    draw,
  );
  const keys = h(
    "p",
    { class: "note", id: "errorest-map-keys" },
    "Drag a point (on a touch screen, tap it first), or choose a class above and click to add a point. ",
    "Keys: arrows go from point to point, Shift+arrows move the selected one, Delete removes it, Escape deselects it.",
  );
  const element = h(
    "section",
    { class: "card", "aria-labelledby": "errorest-map" },
    h("header", {}, h("h2", { id: "errorest-map" }, "What the model predicts"), controls.legend),
    controls.tools,
    canvas,
    controls.axes,
    keys,
  );

  function frame() {
    return app.scene && size.width ? frameOf(size.width, size.height, app.scene.map) : null;
  }

  function draw() {
    const on = frame();
    const pen = context();
    if (!app.scene || !on || !pen) return;
    drawMap(pen, app.scene, on, inks(canvas), { selected: app.selected, picture });
  }

  /** @param {PointerEvent} event */
  function nearest(event) {
    const on = frame();
    if (!app.scene || !on) return null;
    const [x, y] = pixel(event);
    const near = event.pointerType === "touch" ? NEAR.touch : NEAR.mouse;
    let [best, found] = [near, /** @type {number | null} */ (null)];
    places(app.scene, on).forEach(([px, py], index) => {
      const distance = Math.hypot(px - x, py - y);
      if (distance < best) [best, found] = [distance, index];
    });
    return found;
  }

  /** @param {MouseEvent} event */
  function pixel(event) {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  /** @param {MouseEvent} event */
  function spot(event) {
    const on = /** @type {import("./map_drawing.js").Frame2D} */ (frame());
    const [x, y] = pixel(event);
    return [on.x.toData(x), on.y.toData(y)];
  }

  /** @param {number} index */
  async function remove(index) {
    app.select(null);
    if (await app.show({ type: "delete", index })) {
      app.announcer.say(`Point deleted; ${app.scene?.data.labels.length} points are left`);
    }
  }

  const mover = moving(app);
  /** @type {number | null} */
  let held = null;
  canvas.addEventListener("pointerdown", (event) => {
    const index = nearest(event);
    const grabs = event.pointerType !== "touch" || index === app.selected;
    held = grabs ? index : null;
    if (held === null) return;
    canvas.setPointerCapture(event.pointerId);
    app.select(held);
  });
  // A finger scrolls the page, unless it is on the point that was chosen before.
  canvas.addEventListener("touchstart", (event) => held !== null && event.preventDefault(), {
    passive: false,
  });
  canvas.addEventListener("pointermove", (event) => {
    if (held !== null && event.buttons) mover(held, spot(event));
    canvas.style.cursor =
      nearest(event) !== null ? "grab" : controls.adding() !== null ? "copy" : "default";
  });
  canvas.addEventListener("click", (event) => {
    if (held !== null || !app.scene) return;
    const index = nearest(/** @type {PointerEvent} */ (event));
    if (index === null && controls.adding() !== null) {
      app.show({ type: "add", x: spot(event), label: controls.adding() });
    } else {
      app.select(index);
    }
  });
  canvas.addEventListener("keydown", (event) => {
    const on = frame();
    if (!app.scene || !on) return;
    const direction = DIRECTIONS[event.key];
    const at = places(app.scene, on);
    if (direction && event.shiftKey && app.selected !== null) {
      const [x, y] = at[app.selected];
      mover(app.selected, [on.x.toData(x + 6 * direction[0]), on.y.toData(y + 6 * direction[1])]);
    } else if (direction) {
      app.select(app.selected === null ? 0 : neighbour(at, app.selected, direction));
    } else if (event.key === "Delete" && app.selected !== null) {
      remove(app.selected);
    } else if (event.key === "Escape") {
      app.select(null);
    } else {
      return;
    }
    event.preventDefault();
  });

  app.on("scene", draw);
  app.on("theme", draw);
  app.on("selected", () => {
    draw();
    if (app.scene && app.selected !== null) app.announcer.say(describe(app.scene, app.selected));
  });
  return { element, canvas };
}

/** @type {Record<string, [number, number]>} */
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * The nearest point in a direction; the same point where there is none.
 * @param {[number, number][]} at
 * @param {number} from
 * @param {[number, number]} direction
 */
function neighbour(at, from, [dx, dy]) {
  let [best, found] = [Infinity, from];
  at.forEach(([x, y], index) => {
    const [right, down] = [x - at[from][0], y - at[from][1]];
    const along = right * dx + down * dy;
    const aside = Math.abs(right * dy) + Math.abs(down * dx);
    if (along > 0.5 && along + 2 * aside < best) [best, found] = [along + 2 * aside, index];
  });
  return found;
}

/**
 * Moves go one at a time; of those that come meanwhile only the last is sent.
 * @param {App} app
 */
function moving(app) {
  /** @type {[number, number[]] | null} */
  let next = null;
  let busy = false;
  return async (/** @type {number} */ index, /** @type {number[]} */ x) => {
    next = [index, x];
    if (busy) return;
    busy = true;
    while (next) {
      const [point, to] = next;
      next = null;
      await app.show({ type: "move", index: point, x: to });
    }
    busy = false;
  };
}

/**
 * A point in words.
 * @param {import("./scene.js").Scene} scene
 * @param {number} index
 */
export function describe({ data, probabilities, votes }, index) {
  const n = data.inputs.length;
  const values = data.inputs.map(
    ({ name, center, scale }, k) =>
      `${name} ${text(data.points[index * n + k] * scale + center, 3)}`,
  );
  const vote = probabilities
    ? `probability ${percent(probabilities[index])}`
    : `says ${votes[index] ? "“come closer”" : "“I’m good”"}`;
  const held = data.validation[index] ? ", held back for validation" : "";
  return (
    `Point ${index + 1} of ${data.labels.length}: ${values.join(", ")}; class ` +
    `${data.classes[data.labels[index]]}, ${vote}${held}`
  );
}
