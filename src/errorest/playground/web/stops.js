/** The stops of the guided tour: what is said, the settings that show it, and where to look. */

/**
 * @typedef {object} Stop
 * @property {string} title
 * @property {string} text
 * @property {import("./types.js").State} state
 * @property {"map" | "network" | "curves" | "mountain" | "confusion" | "likelihood" | "trace" | "points" | "settings"} look
 * @property {number} [epochs] to train before one looks
 * @property {number} [point] whose trace is shown
 * @property {[from: number, value: number][]} [weights] of a model without hidden layers; -1 is the bias
 */

const line = { model: "logistic", batch_size: 20, learning_rate: 0.1, l2: 0, dropout: 0, noise: 0.1 };
const network = { ...line, model: "network", optimizer: "adam", learning_rate: 0.03 };

/** @type {Stop[]} */
export const STOPS = [
  {
    title: "Who is admitted?",
    text: "Each point is a student with a test and a grade. The line 2 · test + grades − 18 = 0 divides them: (9, 8) has the score 8 and is accepted, (3, 4) has −8 and is not. The student at (7, 6), with a score of 2, is in.",
    state: { ...line, dataset: "admissions", model: "perceptron" },
    weights: [[0, 2], [1, 1], [-1, -18]],
    look: "map",
  },
  {
    title: "A line is W x + b = 0",
    text: "Two weights and a bias make a line; with three inputs it is a plane, with n inputs a hyperplane of n − 1 dimensions. The answer is 1 where W x + b is 0 or more. Change a weight in the drawing and watch the line turn.",
    state: { ...line, dataset: "gaussians", model: "perceptron" },
    look: "network",
  },
  {
    title: "The perceptron as a graph",
    text: "An edge for each weight, and a node that is always 1 for the bias. The thicker an edge, the larger its weight; dashed edges are negative. Choose one and type another number.",
    state: { ...line, dataset: "gaussians", model: "perceptron" },
    epochs: 2,
    look: "network",
  },
  {
    title: "Come closer",
    text: "A point on the wrong side calls the line closer; a point on the right side says: I’m good. Press Point to hear them one by one. Each call adds or takes a little: w ± a · x, b ± a.",
    state: { ...line, dataset: "gaussians", model: "perceptron", learning_rate: 0.05 },
    look: "map",
  },
  {
    title: "Mount Errorest",
    text: "Counting mistakes makes a staircase: a small step changes nothing, so nobody knows which way is down. The log-loss falls a little with each small step. Press Play and see the walk go downhill.",
    state: { ...line, dataset: "gaussians" },
    epochs: 5,
    look: "mountain",
  },
  {
    title: "From yes or no to how likely",
    text: "The sigmoid turns a score into a probability: 0 becomes a half, large scores go to 1. When P is 0.8 for one class, 0.2 is left for the other. The shade on the map is this number.",
    state: { ...line, dataset: "gaussians", noise: 0.3 },
    epochs: 20,
    look: "map",
  },
  {
    title: "Three classes: softmax",
    text: "With several classes each has its own score, and softmax makes probabilities of them that add up to 1. Scores of 2, 1 and 0 become 0.665, 0.245 and 0.090.",
    state: { ...line, dataset: "blobs" },
    epochs: 20,
    look: "map",
  },
  {
    title: "One variable for each class",
    text: "Duck, beaver and walrus have no order, so each gets an output of its own: 100, 010, 001. Compare the target y with the answer p in the trace of this point.",
    state: { ...line, dataset: "blobs" },
    epochs: 20,
    point: 0,
    look: "trace",
  },
  {
    title: "Which model is likelier?",
    text: "Multiply the probabilities that a model gives to the true classes: 0.6 · 0.2 · 0.1 · 0.7 = 0.0084 is worse than 0.7 · 0.9 · 0.8 · 0.6 = 0.3024. Training raises this product.",
    state: { ...line, dataset: "gaussians", n_points: 20, noise: 0.3 },
    epochs: 3,
    look: "likelihood",
  },
  {
    title: "From products to sums",
    text: "A product of many small numbers vanishes, so we add −ln p instead: the cross-entropy. The four points above have 4.7795 under the first model and 1.1960 under the second. The likeliest outcome always has the smallest cross-entropy.",
    state: { ...line, dataset: "gaussians", n_points: 20, noise: 0.3 },
    epochs: 30,
    look: "likelihood",
  },
  {
    title: "Cross-entropy of many classes",
    text: "The same sum works for any number of classes: −Σ y ln p over points and classes, where y is 1 for the true class only. Duck 0.7, walrus 0.3, walrus 0.4 have 2.4769.",
    state: { ...line, dataset: "blobs", n_points: 40 },
    epochs: 5,
    look: "curves",
  },
  {
    title: "Gradient descent",
    text: "Logistic regression asks every point, and each answers by how much it is wrong: its gradient is (p − y) x. Right and sure: hardly a word. Wrong and sure: a loud call. Follow one point’s numbers.",
    state: { ...line, dataset: "gaussians", noise: 0.3 },
    epochs: 1,
    point: 3,
    look: "trace",
  },
  {
    title: "Two lines make a curve",
    text: "Two hidden units are two lines. The output adds their answers with weights of its own: 0.7 + 0.8 = 1.5, and the sigmoid of 1.5 is 0.8176. So a perceptron over perceptrons draws a curve.",
    state: { ...network, dataset: "moons", hidden: [2], activations: ["sigmoid"] },
    epochs: 150,
    look: "network",
  },
  {
    title: "The architecture",
    text: "Three hidden units bound a triangle, enough to close in the inner class. More units make finer shapes, more layers combine them: a deep network. Add and remove some with the buttons.",
    state: { ...network, dataset: "circle", hidden: [3], activations: ["tanh"] },
    epochs: 150,
    look: "network",
  },
  {
    title: "Feedforward",
    text: "A point’s inputs go through the first layer, its outputs through the next: σ(W₂ σ(W₁ x)). Step through it, and see the edges light up in turn.",
    state: { ...network, dataset: "xor", hidden: [2], activations: ["sigmoid"] },
    epochs: 40,
    point: 2,
    look: "trace",
  },
  {
    title: "Backpropagation",
    text: "The error goes back the same way. By the chain rule each edge’s share is what it carried times the δ it led to. Go on to the last steps of this trace.",
    state: { ...network, dataset: "xor", hidden: [3], activations: ["tanh"] },
    epochs: 10,
    point: 5,
    look: "trace",
  },
  {
    title: "Now with your own table",
    text: "Load a CSV, choose its columns and the class to predict; categories become one input each, numbers are scaled. Then train, and take the model or the script home with Download.",
    state: { ...network, dataset: "spiral", hidden: [8, 6], activations: ["tanh", "tanh"] },
    epochs: 60,
    look: "settings",
  },
];
