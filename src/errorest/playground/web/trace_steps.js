/** One point's way through the network and back, as steps: a formula, its numbers, what lights up. */

import { text } from "./numbers.js";

/** @typedef {import("./types.js").Trace} Trace */
/** @typedef {import("./network_drawing.js").EdgeKey} EdgeKey */

/**
 * @typedef {object} Step
 * @property {"Feedforward" | "Error" | "Backpropagation"} part
 * @property {string} title
 * @property {string[]} lines formula first, then with numbers
 * @property {EdgeKey[]} edges
 * @property {[number, number][]} units layer (0 for the inputs) and index
 */

/** Longer sums are shortened in the middle. */
const MOST_TERMS = 6;

/** @type {Record<string, string>} */
const SLOPES = {
  sigmoid: "σ(z)(1 − σ(z))",
  tanh: "1 − tanh²(z)",
  relu: "1 if z > 0, else 0",
  identity: "1",
  step: "0",
};

/** @param {number} value */
const signed = (value) => (value < 0 ? `(${text(value)})` : text(value));

/** @param {string[]} terms */
function sum(terms) {
  if (terms.length <= MOST_TERMS) return terms.join(" + ");
  return [...terms.slice(0, MOST_TERMS - 2), "…", terms[terms.length - 1]].join(" + ");
}

/**
 * @param {Trace} trace
 * @param {string[][]} names of units, layer by layer, the inputs first
 * @param {string[]} classes
 * @returns {Step[]}
 */
export function stepsOf(trace, names, classes) {
  return [
    ...feedforward(trace, names),
    error(trace, names, classes),
    ...backpropagation(trace, names),
  ];
}

/**
 * @param {number} layer
 * @param {number} unit
 * @param {number} nIn
 * @param {boolean} bias
 * @returns {EdgeKey[]}
 */
function into(layer, unit, nIn, bias) {
  return Array.from({ length: nIn + Number(bias) }, (_, k) => ({
    layer,
    from: k < nIn ? k : -1,
    to: unit,
  }));
}

/**
 * @param {Trace} trace
 * @param {string[][]} names
 * @returns {Step[]}
 */
function feedforward({ layers }, names) {
  return layers.flatMap(({ activation, inputs, weights, biases, logits, outputs }, layer) =>
    logits.map((logit, unit) => {
      const terms = inputs.map((x, k) => `${signed(weights[k][unit])} · ${signed(x)}`);
      const lines = [
        `z = ${sum(inputs.map((_, k) => `w(${names[layer][k]}) · ${names[layer][k]}`))} + b`,
        `z = ${sum([...terms, signed(biases[unit])])} = ${text(logit)}`,
      ];
      if (activation !== "identity")
        lines.push(`${activation}(z) = ${activation}(${text(logit)}) = ${text(outputs[unit])}`);
      return {
        part: /** @type {const} */ ("Feedforward"),
        title: `${names[layer + 1][unit]} adds up what reaches it`,
        lines,
        edges: into(layer, unit, inputs.length, true),
        units: /** @type {[number, number][]} */ ([[layer + 1, unit]]),
      };
    }),
  );
}

/**
 * @param {Trace} trace
 * @param {string[][]} names
 * @param {string[]} classes
 * @returns {Step}
 */
function error({ layers, output: probabilities, target, loss, loss_name, label }, names, classes) {
  const logits = layers[layers.length - 1].outputs;
  const lines = [];
  if (loss_name === "perceptron") {
    lines.push(
      `answer = step(z) = step(${text(logits[0])}) = ${logits[0] >= 0 ? 1 : 0}, target ${text(target[0])}`,
    );
    lines.push(loss > 0 ? "The point says: come closer" : "The point says: I’m good");
  } else if (probabilities.length === 1) {
    lines.push(
      `p = σ(z) = 1 / (1 + e^−z) = 1 / (1 + e^${text(-logits[0])}) = ${text(probabilities[0])}`,
    );
  } else {
    const below = sum(logits.map((z) => `e^${text(z)}`));
    probabilities.forEach((p, k) =>
      lines.push(
        `p(${classes[k] ?? names[names.length - 1][k]}) = e^${text(logits[k])} / (${below}) = ${text(p)}`,
      ),
    );
  }
  lines.push(
    `${loss_name.replaceAll("_", " ")}: ${loss_name.includes("entropy") ? `E = −ln p(${classes[label]}) = ` : "E = "}${text(loss)}`,
  );
  return {
    part: "Error",
    title: `The answer beside the truth, ${classes[label]}`,
    lines,
    edges: [],
    units: target.map((_, unit) => [layers.length, unit]),
  };
}

/**
 * @param {Trace} trace
 * @param {string[][]} names
 * @returns {Step[]}
 */
function backpropagation({ layers, gradients, output: probabilities, target, loss_name }, names) {
  const last = layers.length - 1;
  return gradients
    .flatMap((gradient, layer) =>
      gradient.deltas.map((delta, unit) => {
        const { inputs, activation, logits } = layers[layer];
        const lines = [];
        if (layer === last) {
          const plain = loss_name.includes("cross_entropy") && activation === "identity";
          lines.push(
            plain
              ? `δ = ∂E/∂z = p − y = ${text(probabilities[unit])} − ${text(target[unit])} = ${text(delta)}`
              : `δ = ∂E/∂z = ${text(delta)}`,
          );
        } else {
          const next = gradients[layer + 1].deltas;
          const terms = next.map(
            (d, k) => `${signed(layers[layer + 1].weights[unit][k])} · ${signed(d)}`,
          );
          lines.push(
            `∂E/∂output = sum of w δ = ${sum(terms)} = ${text(gradient.grad_outputs[unit])}`,
          );
          lines.push(
            `slope of ${activation} at z = ${text(logits[unit])}: ${SLOPES[activation] ?? "f′(z)"} = ${text(gradient.slopes[unit])}`,
          );
          lines.push(
            `δ = ∂E/∂output · slope = ${signed(gradient.grad_outputs[unit])} · ${signed(gradient.slopes[unit])} = ${text(delta)}`,
          );
        }
        inputs.slice(0, MOST_TERMS).forEach((x, k) => {
          lines.push(
            `∂E/∂w(${names[layer][k]}) = ${names[layer][k]} · δ = ${signed(x)} · ${signed(delta)} = ${text(gradient.grad_weights[k][unit])}`,
          );
        });
        if (inputs.length > MOST_TERMS)
          lines.push(`… and ${inputs.length - MOST_TERMS} edges more`);
        lines.push(`∂E/∂b = δ = ${text(delta)}`);
        return {
          layer,
          part: /** @type {const} */ ("Backpropagation"),
          title: `The share of ${names[layer + 1][unit]} in the error`,
          lines,
          edges: into(layer, unit, inputs.length, true),
          units: /** @type {[number, number][]} */ ([[layer + 1, unit]]),
        };
      }),
    )
    .sort((a, b) => b.layer - a.layer);
}
