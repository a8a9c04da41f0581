/** The stops of the guided tour: what is said, the settings that show it, and where to look. */

/**
 * @typedef {object} Stop
 * @property {string} title
 * @property {string} text
 * @property {Setup} setup settings beside the defaults; points and parameters of its own
 * @property {"map" | "network" | "curves" | "mountain" | "confusion" | "likelihood" | "trace" | "points" | "settings"} look
 * @property {number} [epochs] to train before one looks
 * @property {number} [point] whose trace is shown
 * @property {import("./trace_steps.js").Step["part"]} [part] of the trace, to be seen first
 */

/**
 * @typedef {object} Setup
 * @property {import("./types.js").State} set
 * @property {{ inputs: string[], classes: string[], x: number[][], labels: number[] }} [points]
 * @property {number[]} [parameters]
 */

/** Trained by plain gradient descent, of which the texts tell. */
const LINE = {
  dataset: "gaussians",
  model: "logistic",
  optimizer: "sgd",
  batch_size: 20,
  learning_rate: 0.1,
};
const PERCEPTRON = { ...LINE, model: "perceptron" };

/** Four points whose two coordinates are the logits that two models give them. */
const FOUR_POINTS = {
  inputs: ["first model", "second model"],
  classes: ["red", "blue"],
  x: [
    [0.405465, 0.847298],
    [-1.386294, 2.197225],
    [2.197225, -1.386294],
    [-0.847298, -0.405465],
  ],
  labels: [1, 1, 0, 0],
};

/** Three doors, each with the logit of a gift behind it. */
const DOORS = {
  inputs: ["logit"],
  classes: ["none", "gift"],
  x: [[1.386294], [0.847298], [-2.197225]],
  labels: [1, 1, 0],
};

/** Seven animals; the logits of the first are 2, 1 and 0. */
const ANIMALS = {
  inputs: ["x1", "x2"],
  classes: ["duck", "beaver", "walrus"],
  x: [
    [0, 0],
    [2, 1],
    [-1, 3],
    [-2, -1],
    [1, -2],
    [0, 3],
    [-3, -3],
  ],
  labels: [0, 0, 1, 2, 0, 1, 2],
};

/** @type {Stop[]} */
export const STOPS = [
  {
    title: "Who is admitted?",
    text: "Each point is a student with a test result and grades. The line 2 · test + grades − 18 = 0 separates them: the student at (9, 8) scores 8 and is in, the one at (3, 4) scores −8 and is out. And (7, 6)? It scores 2: in. This score is the point’s logit.",
    setup: {
      set: { model: "perceptron" },
      points: {
        inputs: ["test", "grades"],
        classes: ["rejected", "accepted"],
        x: [
          [9, 8],
          [3, 4],
          [7, 6],
          [8, 3],
          [5, 7],
          [6, 5],
          [4, 9],
          [2, 7],
          [10, 5],
          [6, 9],
          [8, 9],
          [1, 2],
        ],
        labels: [1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0],
      },
      parameters: [2, 1, -18],
    },
    point: 2,
    look: "map",
  },
  {
    title: "A line is W x + b = 0",
    text: "Two weights and a bias define a line. With three inputs it is a plane, with n inputs a hyperplane of n − 1 dimensions. The prediction is 1 where W x + b is 0 or more, and 0 elsewhere. Click an edge, type a new weight, and watch the line turn.",
    setup: { set: PERCEPTRON, parameters: [1, -1, 0.5] },
    look: "network",
  },
  {
    title: "The perceptron as a graph",
    text: "Each weight has an edge; the bias has one from a node that is always 1. The thicker the edge, the larger the weight; dashed edges are negative. Here the first input counts three times as much as the second.",
    setup: { set: PERCEPTRON, parameters: [3, 1, -0.5] },
    look: "network",
  },
  {
    title: "Come closer",
    text: "A point on the wrong side asks the line to come closer; one on the right side says “I’m good”. Press Point to visit them one by one. Each “come closer” adds the point, times the learning rate a, to the weights or subtracts it: w ± a · x, b ± a.",
    setup: { set: { ...PERCEPTRON, learning_rate: 0.05 }, parameters: [-0.5, 1, 0.2] },
    look: "map",
  },
  {
    title: "Mount Errorest",
    text: "Counting mistakes gives a staircase: a small step usually changes nothing, so you cannot tell which way is down. Set the height to mistakes to see it. The loss is smooth: each small step downhill lowers it a little. Press Play and watch the descent.",
    setup: { set: { ...LINE, learning_rate: 0.05 }, parameters: [-2, 1.5, 1] },
    epochs: 2,
    look: "mountain",
  },
  {
    title: "From yes or no to probabilities",
    text: "The sigmoid turns a logit into a probability: a logit of 0 becomes one half, a large one comes close to 1. If one class has P = 0.8, that leaves 0.2 for the other. The shading of the map shows this number: it is pale where the model is unsure.",
    setup: { set: { ...LINE, noise: 1.5 } },
    epochs: 20,
    look: "map",
  },
  {
    title: "Three classes: softmax",
    text: "With several classes, each has its own logit, and softmax turns the logits into probabilities that add up to 1. At the selected point, the logits of duck, beaver and walrus are 2, 1 and 0, which gives 0.665, 0.245 and 0.090.",
    setup: {
      set: { model: "logistic" },
      points: ANIMALS,
      parameters: [1, 0, -1, 0, 1, -1, 2, 1, 0],
    },
    point: 0,
    part: "Error",
    look: "trace",
  },
  {
    title: "One-hot encoding",
    text: "Duck, beaver and walrus have no order, but a single number for all three would give them one. So each class gets its own output: 100, 010, 001. The trace shows each probability p beside its target: 1 for the duck, 0 for the others.",
    setup: { set: { model: "logistic", learning_rate: 0.1 }, points: ANIMALS },
    epochs: 10,
    point: 0,
    part: "Error",
    look: "trace",
  },
  {
    title: "How likely are these colours?",
    text: "The model gives the true colours of the four points probabilities of 0.6, 0.2, 0.1 and 0.7. Their product, the likelihood, is 0.0084: under this model, what we see is unlikely. Now change its weights from 1 and 0 to 0 and 1: 0.7 · 0.9 · 0.8 · 0.6 = 0.3024. A good model makes what we see likely.",
    setup: { set: { model: "logistic" }, points: FOUR_POINTS, parameters: [1, 0, 0] },
    look: "likelihood",
  },
  {
    title: "From products to sums",
    text: "Behind three doors there is a gift with P = 0.8, 0.7 and 0.1. Of the eight outcomes, whose probabilities add up to 1, “gift, gift, none” is likeliest: 0.8 · 0.7 · 0.9 = 0.504. Products of many probabilities shrink to almost nothing, so we add up −ln p: the cross-entropy, 0.6852. Smaller is better: set the weight to −1, which reverses all predictions, and a likelihood of 0.006 gives 5.1160.",
    setup: { set: { model: "logistic" }, points: DOORS, parameters: [1, 0] },
    look: "likelihood",
  },
  {
    title: "Three doors, three animals",
    text: "The same sum works for any number of classes: −Σ y ln p, where y is 1 for the animal that was behind the door and 0 for the others. The duck behind the first door had P = 0.7, the walruses behind the other two 0.3 and 0.4: 0.7 · 0.3 · 0.4 = 0.084, and the cross-entropy is 2.4769.",
    setup: {
      set: { model: "logistic" },
      points: {
        inputs: ["duck", "beaver", "walrus"],
        classes: ["duck", "beaver", "walrus"],
        x: [
          [-0.356675, -1.609438, -2.302585],
          [-1.203973, -0.916291, -1.203973],
          [-2.302585, -0.693147, -0.916291],
        ],
        labels: [0, 2, 2],
      },
      parameters: [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0],
    },
    look: "likelihood",
  },
  {
    title: "Logistic regression",
    text: "Every point has a say, and the more wrong its prediction, the louder its voice: its gradient is (p − y) x. A point that is confidently right says almost nothing. Gradient descent steps against the gradient: w + a (y − p) x, b + a (y − p).",
    setup: { set: { ...LINE, noise: 1.5 } },
    epochs: 1,
    point: 131,
    part: "Backpropagation",
    look: "trace",
  },
  {
    title: "Two lines make a curve",
    text: "Two hidden units are two lines; at the selected point they output 0.7 and 0.8. The output unit adds them, 0.7 + 0.8 = 1.5, and the sigmoid of 1.5 is 0.8176. Set the bias of the output to −1.2: a curve appears. Perceptrons feeding a perceptron: a multilayer perceptron!",
    setup: {
      set: { model: "network", hidden: [2], activations: ["sigmoid"] },
      points: {
        inputs: ["x1", "x2"],
        classes: ["red", "blue"],
        x: [
          [0, 0],
          [1, 1],
          [0, 2],
          [-1, 1],
          [-2, -1],
          [2, -1],
          [0, -2],
          [-3, 1],
          [3, 1],
        ],
        labels: [1, 1, 1, 1, 0, 0, 0, 0, 0],
      },
      parameters: [2, -2, 2, 2, 0.847298, 1.386294, 1, 1, 0],
    },
    point: 0,
    look: "network",
  },
  {
    title: "The architecture",
    text: "Inputs, hidden layers, outputs. Three hidden units are three lines, enough to draw a triangle around the inner class. More units make finer shapes; more layers, which make the network deep, combine them. Add and remove units and layers with the buttons.",
    setup: { set: { hidden: [3], activations: ["sigmoid"], learning_rate: 0.1, seed: 22 } },
    epochs: 120,
    look: "network",
  },
  {
    title: "Feedforward",
    text: "A point’s inputs go through the first layer, and that layer’s outputs through the next: σ(W₂ σ(W₁ x)). Under “One point, step by step”, press Next step and watch the edges light up in turn.",
    setup: { set: { dataset: "moons", hidden: [2], activations: ["sigmoid"], learning_rate: 0.1 } },
    epochs: 40,
    point: 2,
    look: "trace",
  },
  {
    title: "Backpropagation",
    text: "The error travels back the same way. By the chain rule, the partial derivative for an edge’s weight is the value that the edge carried times the δ of the unit it leads to. Together, these derivatives are the gradient. Under “One point, step by step”, Next step goes from the last layer back to the first.",
    setup: {
      set: { dataset: "xor", hidden: [3], activations: ["tanh"], learning_rate: 0.1, seed: 2 },
    },
    epochs: 40,
    point: 40,
    part: "Backpropagation",
    look: "trace",
  },
  {
    title: "Now it’s your turn",
    text: "Here are simulated applicants with a test result and grades. Or load a table of your own, and choose its input columns and the column to predict; categories become inputs of their own. Then train, and use Download to take away the model or a script that trains it.",
    setup: { set: { dataset: "admissions", hidden: [4], activations: ["tanh"] } },
    epochs: 30,
    look: "settings",
  },
];
