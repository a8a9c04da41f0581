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

/** What each loss says of a point, by the name of its class.
 * @type {Record<string, (name: string) => string>} */
const LOSSES = {
  binary_cross_entropy: (name) => `Cross-entropy: J = −ln p(${name})`,
  cross_entropy: (name) => `Cross-entropy: J = −ln p(${name})`,
  binary_focal: (name) => `Focal loss: J = −(1 − p(${name}))² ln p(${name})`,
  focal: (name) => `Focal loss: J = −(1 − p(${name}))² ln p(${name})`,
  binary_brier: () => "Squared error: J = (p − y)²",
  brier: () => "Squared error: J = Σ (p − y)²",
  perceptron: () => "Perceptron loss: J = |z| for each wrong output",
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
 * @param {import("./scene.js").Data} data
 * @returns {Step[]}
 */
export function stepsOf(trace, names, { inputs, classes }) {
  const [first, ...others] = feedforward(trace, names);
  return [
    { ...first, lines: [...scaling(trace, inputs), ...first.lines] },
    ...others,
    error(trace, names, classes),
    ...backpropagation(trace, names),
  ];
}

/**
 * How the table's own numbers became inputs, where they were scaled.
 * @param {Trace} trace
 * @param {import("./types.js").Input[]} inputs
 */
function scaling({ layers: [{ inputs: x }] }, inputs) {
  const lines = inputs.flatMap(({ name, center, scale }, k) =>
    center === 0 && scale === 1
      ? []
      : `${name}: (${text(x[k] * scale + center)} − ${signed(center)}) / ${text(scale)} = ${text(x[k])}`,
  );
  if (lines.length <= MOST_TERMS) return lines;
  return [...lines.slice(0, MOST_TERMS), `… and ${lines.length - MOST_TERMS} more inputs`];
}

/**
 * @param {number} layer
 * @param {number} unit
 * @param {number} nIn
 * @returns {EdgeKey[]} the bias's last
 */
function into(layer, unit, nIn) {
  return Array.from({ length: nIn + 1 }, (_, k) => ({
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
        title: `${names[layer + 1][unit]} sums its weighted inputs`,
        lines,
        edges: into(layer, unit, inputs.length),
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
function error({ layers, output, target, loss, loss_name, label }, names, classes) {
  const logits = layers[layers.length - 1].outputs;
  const outputs = names[names.length - 1];
  /** @type {string[]} */
  let lines;
  if (loss_name === "perceptron") {
    lines = logits.map((z, k) => {
      const says = output[k] === target[k] ? "I’m good" : "come closer";
      return `${outputs[k]}: step(z) = step(${text(z)}) = ${text(output[k])}, target y = ${text(target[k])}: ${says}`;
    });
  } else if (output.length === 1) {
    lines = [`p = σ(z) = 1 / (1 + e^−z) = 1 / (1 + e^${text(-logits[0])}) = ${text(output[0])}, target y = ${text(target[0])}`];
  } else {
    const below = sum(logits.map((z) => `e^${text(z)}`));
    lines = output.map(
      (p, k) =>
        `p(${outputs[k]}) = e^${text(logits[k])} / (${below}) = ${text(p)}, target y = ${text(target[k])}`,
    );
  }
  const formula = LOSSES[loss_name]?.(classes[label]) ?? "The loss: J";
  return {
    part: "Error",
    title: `the prediction beside the true class, ${classes[label]}`,
    lines: [...lines, `${formula} = ${text(loss)}`],
    edges: [],
    units: target.map((_, unit) => [layers.length, unit]),
  };
}

/**
 * The chain rule: the factors from the loss back to a unit's logit.
 * @param {{ symbol: string, value: number }[]} chain
 * @param {number} delta
 */
function chainRule(chain, delta) {
  const symbols = chain.map(({ symbol }) =>
    symbol
      .replaceAll("d", "∂")
      .replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]),
  );
  if (chain.length === 1) return `δ = ${symbols[0]} = ${text(delta)}`;
  const values = chain.map(({ value }) => signed(value));
  return `δ = ${symbols.join(" · ")} = ${values.join(" · ")} = ${text(delta)}`;
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
        const chain = gradient.chains[unit];
        if (layer === last) {
          lines.push(chain ? chainRule(chain, delta) : `δ = ∂J/∂z = ${text(delta)}`);
          if (loss_name.endsWith("cross_entropy"))
            lines.push(`which is p − y = ${text(probabilities[unit])} − ${text(target[unit])}`);
        } else {
          const next = gradients[layer + 1].deltas;
          const terms = next.map(
            (d, k) => `${signed(layers[layer + 1].weights[unit][k])} · ${signed(d)}`,
          );
          lines.push(
            `∂J/∂a = sum of w δ = ${sum(terms)} = ${text(gradient.grad_outputs[unit])}`,
            `∂a/∂z, the slope of ${activation} at ${text(logits[unit])}: ${SLOPES[activation] ?? "f′(z)"} = ${text(gradient.slopes[unit])}`,
            chain
              ? chainRule(chain, delta)
              : `δ = ∂J/∂a · ∂a/∂z = ${signed(gradient.grad_outputs[unit])} · ${signed(gradient.slopes[unit])} = ${text(delta)}`,
          );
        }
        inputs.slice(0, MOST_TERMS).forEach((x, k) => {
          lines.push(
            `∂J/∂w(${names[layer][k]}) = ${names[layer][k]} · δ = ${signed(x)} · ${signed(delta)} = ${text(gradient.grad_weights[k][unit])}`,
          );
        });
        if (inputs.length > MOST_TERMS)
          lines.push(`… and ${inputs.length - MOST_TERMS} more edges`);
        lines.push(`∂J/∂b = δ = ${text(delta)}`);
        return {
          layer,
          part: /** @type {const} */ ("Backpropagation"),
          title: `the error signal δ of ${names[layer + 1][unit]}`,
          lines,
          edges: into(layer, unit, inputs.length),
          units: /** @type {[number, number][]} */ ([[layer + 1, unit]]),
        };
      }),
    )
    .sort((a, b) => b.layer - a.layer);
}
