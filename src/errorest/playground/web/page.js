/** The page: its head, its cards and their order. */

import { takeDrops } from "./csv_controls.js";
import { curvesCard } from "./curves_card.js";
import { h } from "./dom.js";
import { downloadMenu } from "./download.js";
import { icon } from "./icons.js";
import { mapCard } from "./map_card.js";
import { mountainCard } from "./mountain_card.js";
import { networkCard } from "./network_card.js";
import { pointsCard } from "./points_card.js";
import { confusionCard, likelihoodCard } from "./results_card.js";
import { settingsCard } from "./settings.js";
import { shareButton } from "./share.js";
import { followTheme } from "./theme.js";
import { timeBar } from "./time_bar.js";
import { tour } from "./tour.js";
import { traceCard } from "./trace_card.js";

/** @typedef {import("./app.js").App} App */

/**
 * @param {App} app
 * @param {HTMLElement} root
 * @param {import("./types.js").Model} model
 */
export function buildPage(app, root, model) {
  const map = mapCard(app);
  const network = networkCard(app);
  const time = timeBar(app);
  const guide = tour(app, root);
  const theme = followTheme(root, () => app.tell("theme"));
  const head = h(
    "header",
    { class: "head" },
    h(
      "a",
      {
        class: "skip",
        href: "#errorest-map",
        onclick: (/** @type {Event} */ event) => (event.preventDefault(), map.canvas.focus()),
      },
      "Skip to the map",
    ),
    h("div", { class: "brand" }, h("h1", {}, "Errorest"), h("p", {}, "watch a network learn")),
    h("button", { type: "button", "data-do": "tour", onclick: guide.start }, icon("tour"), "Tour"),
    model.link && shareButton(app, model.link),
    downloadMenu(app, map.canvas),
    h(
      "button",
      {
        type: "button",
        class: "round",
        "data-do": "theme",
        "aria-label": "Switch between light and dark",
        title: "Switch between light and dark",
        onclick: theme.toggle,
      },
      icon("moon"),
    ),
  );
  const stage = h(
    "main",
    { class: "stage" },
    column("", map, confusionCard(app)),
    column("", network, traceCard(app, network.drawing)),
    settingsCard(app).element,
    column("more-views", mountainCard(app), curvesCard(app), likelihoodCard(app)),
    pointsCard(app).element,
  );
  root.append(head, time.element, stage, guide.element, app.announcer.element);
  takeDrops(app, root);
  return { guide };
}

/**
 * Cards below each other; where the page is narrow, the columns are too.
 * @param {string} kind
 * @param {...{ element: HTMLElement }} cards
 */
function column(kind, ...cards) {
  return h("div", { class: `column ${kind}` }, ...cards.map(({ element }) => element));
}
