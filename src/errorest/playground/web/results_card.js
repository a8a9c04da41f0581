/** Right and wrong answers: the confusion matrix; and how likely the model makes the colours seen. */

import { fill, h } from "./dom.js";
import { fixed, percent, text } from "./numbers.js";
import { classStyles } from "./palette.js";
import { sign } from "./map_controls.js";

/** @typedef {import("./app.js").App} App */

/** @param {App} app */
export function confusionCard(app) {
  const tables = h("div", { class: "stack" });
  let shown = "";
  app.on("scene", () => {
    if (!app.scene) return;
    const { confusion, validationConfusion, data } = app.scene;
    const now = JSON.stringify([confusion, validationConfusion, data.classes]);
    if (now === shown) return;
    shown = now;
    fill(
      tables,
      matrix("Training points", confusion, data.classes),
      validationConfusion && matrix("Validation points", validationConfusion, data.classes),
    );
  });
  return {
    element: h(
      "section",
      { class: "card later", "aria-labelledby": "errorest-confusion" },
      h("header", {}, h("h2", { id: "errorest-confusion" }, "Confusion matrix")),
      tables,
    ),
  };
}

/**
 * @param {string} title
 * @param {number[][]} counts
 * @param {string[]} classes
 */
function matrix(title, counts, classes) {
  const styles = classStyles(classes.length);
  const total = counts.flat().reduce((sum, count) => sum + count, 0);
  const right = counts.reduce((sum, row, index) => sum + row[index], 0);
  const share = `${right} of ${total} right (${percent(right / total)})`;
  const rows = counts.map((row, truth) =>
    h(
      "tr",
      {},
      h("th", { scope: "row", class: "name" }, sign(styles[truth]), ` ${classes[truth]}`),
      ...row.map((count, answer) =>
        h("td", { class: answer === truth ? "right" : count ? "wrong" : "" }, count),
      ),
    ),
  );
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": title },
    h(
      "table",
      { class: "confusion" },
      h("caption", {}, `${title}: ${total ? share : "no predictions"}`),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col", class: "name" }, "true ↓, predicted →"),
          ...classes.map((name) => h("th", { scope: "col" }, name)),
        ),
      ),
      h("tbody", {}, ...rows),
    ),
  );
}

/** So many points have their factors written out. */
const MOST_FACTORS = 8;

/** @param {App} app */
export function likelihoodCard(app) {
  const body = h("div", { class: "stack" });
  app.on("scene", () => {
    if (!app.scene) return;
    const { frame, probabilities, data } = app.scene;
    if (!probabilities || !frame.likelihood) {
      fill(
        body,
        h(
          "p",
          { class: "note" },
          probabilities
            ? "The probabilities are no longer finite numbers, so there is no likelihood."
            : "A likelihood needs probabilities, which a perceptron does not have.",
        ),
      );
      return;
    }
    const own = [...probabilities].filter((_, index) => !data.validation[index]);
    const { likelihood, log_likelihood: log, cross_entropy: entropy } = frame.likelihood;
    const shown = own.slice(0, MOST_FACTORS);
    const more = own.length > MOST_FACTORS ? ["…"] : [];
    const product = [...shown.map((p) => fixed(p, 2)), ...more].join(" · ");
    const sum = [...shown.map((p) => text(-Math.log(p), 3)), ...more].join(" + ");
    fill(
      body,
      h(
        "p",
        { class: "note" },
        "The model gives each point’s true class a probability. The better the model, the larger their product and the smaller the sum of −ln p.",
      ),
      equation("Likelihood", product, likelihood > 0 ? text(likelihood) : `e^${text(log, 5)}`),
      equation("Cross-entropy", sum, fixed(entropy, 4)),
      equation(
        "Mean per point",
        `${fixed(entropy, 4)} / ${own.length}`,
        fixed(entropy / own.length, 4),
      ),
    );
  });
  return {
    element: h(
      "section",
      { class: "card", "aria-labelledby": "errorest-likelihood" },
      h("header", {}, h("h2", { id: "errorest-likelihood" }, "Likelihood")),
      body,
    ),
  };
}

/**
 * @param {string} name
 * @param {string} way
 * @param {string} result
 */
function equation(name, way, result) {
  return h(
    "div",
    { class: "equation" },
    h("h3", {}, name),
    h("p", { class: "formula" }, `${way} = `, h("strong", {}, result)),
  );
}
