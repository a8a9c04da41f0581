"""The worked examples of the introductory text, through the public API, with their figures."""

import csv
import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit, logit

from errorest import LogisticRegression, MLPClassifier, Perceptron, engine, maths
from errorest.maths import (
    SGD,
    binary_cross_entropy,
    cross_entropy,
    perceptron_loss,
    sigmoid,
    squared_error,
    step,
    tanh,
)
from errorest.network import Network
from errorest.training import Samples, Trainer

TABLES = Path(__file__).parents[1].parent / "shared" / "data"


def plane(*parameters: float, loss: Any = binary_cross_entropy) -> Network:
    """Return the model ``w1 x1 + w2 x2 + ... + b``."""
    *weights, bias = parameters
    return Network.from_weights([np.reshape(weights, (-1, 1))], [[bias]], loss=loss)


def two_layers(
    W1: Any, b1: Any, W2: Any, b2: Any, activation: Any = sigmoid, loss: Any = binary_cross_entropy
) -> Network:
    """Return the network ``W2 activation(W1 x + b1) + b2``."""
    return Network.from_weights([W1, W2], [b1, b2], activation=activation, loss=loss)


def test_1_admissions() -> None:
    students = np.array([[9.0, 8.0], [3.0, 4.0], [7.0, 6.0]])
    model = plane(2, 1, -18, loss=perceptron_loss)
    np.testing.assert_array_equal(engine.forward(model, students), [[8], [-8], [2]])
    np.testing.assert_array_equal(engine.predict_proba(model, students), [[1], [0], [1]])


def test_1_admissions_learnt_by_a_perceptron() -> None:
    students, accepted = [[9, 8], [3, 4], [7, 6]], [1, 0, 1]
    assert Perceptron().fit(students, accepted).predict(students).tolist() == accepted


@pytest.mark.parametrize("n_features", [1, 2, 3, 10])
def test_2_in_general(n_features: int) -> None:
    # W x + b = 0 is a hyperplane: every point on it is positive, and any move against W leaves
    # the positive side.
    rng = np.random.default_rng(n_features)
    w = np.round(rng.normal(size=n_features) * 8) + 0.5
    X = np.round(rng.normal(size=(20, n_features)) * 8)
    on_it = X - ((X @ w) / (w @ w))[:, None] * w
    model = plane(*w, 0, loss=perceptron_loss)
    np.testing.assert_array_equal(
        engine.predict_proba(model, X)[:, 0], [1 if x @ w >= 0 else 0 for x in X]
    )
    assert (engine.predict_proba(model, on_it + 1e-6 * w) == 1).all()
    assert (engine.predict_proba(model, on_it - 1e-6 * w) == 0).all()


def test_2_step() -> None:
    np.testing.assert_array_equal(maths.step([-2.0, -0.001, 0.0, 0.001]), [0, 0, 1, 1])


def test_4_perceptron_trick() -> None:
    # The line 3 x1 + 4 x2 - 10 = 0 with a = 0.1.
    model = plane(3, 4, -10, loss=perceptron_loss)

    def vote(point: tuple[float, float], label: float) -> tuple[Any, int]:
        moved, n_mistakes, *_ = engine.perceptron_epoch(
            model, np.array([point]), np.array([[label]]), np.array([0]), learning_rate=0.1
        )
        return moved.parameters.tolist(), n_mistakes

    # Positive area, label 0: "come closer", w -= a x, b -= a.
    assert vote((4, 5), 0) == (pytest.approx([3 - 0.4, 4 - 0.5, -10 - 0.1]), 1)
    # Negative area, label 1: "come closer", w += a x, b += a.
    assert vote((1, 1), 1) == (pytest.approx([3 + 0.1, 4 + 0.1, -10 + 0.1]), 1)
    # Rightly classified: "I'm good".
    assert vote((4, 5), 1) == ([3, 4, -10], 0)
    assert vote((1, 1), 0) == ([3, 4, -10], 0)


def test_5_why_the_error_must_be_continuous() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20, 2))
    y = (X @ [1.0, 1.0] > 0).astype(float)
    model = plane(1, -1, 0)

    def n_errors(model: Network) -> int:
        return int(np.sum((engine.forward(model, X)[:, 0] >= 0) != y))

    at_first, losses = n_errors(model), []
    for _ in range(10):
        loss, gradient = engine.loss_and_gradient(model, X, y)
        losses.append(loss)
        model = model.with_parameters(model.parameters - 1e-3 * gradient)
        assert n_errors(model) == at_first > 0
    assert (np.diff(losses) < 0).all()


def test_6_sigmoid() -> None:
    score = math.log(4)
    assert maths.sigmoid(score) == pytest.approx(0.8, rel=1e-15)
    gift = maths.sigmoid(score)
    assert 1 - gift == pytest.approx(0.2, rel=1e-14)
    assert engine.predict_proba(plane(1, 0), np.array([[score]])) == pytest.approx(0.8)


def test_6_probabilities_of_gift_and_no_gift() -> None:
    model = LogisticRegression().fit([[-2.0], [-1.0], [1.0], [2.0]], ["no", "no", "gift", "gift"])
    scores = model.decision_function([[-0.7], [0.4]])
    no = expit(scores)
    assert model.classes_.tolist() == ["gift", "no"]
    np.testing.assert_allclose(model.predict_proba([[-0.7], [0.4]]), np.c_[1 - no, no], rtol=1e-12)


def test_7_softmax() -> None:
    animals = maths.softmax([2.0, 1.0, 0.0])
    np.testing.assert_allclose(animals, [0.665241, 0.244728, 0.090031], atol=5e-7)


def test_8_one_hot() -> None:
    duck, beaver, walrus = maths.one_hot([0, 1, 2], 3)
    assert duck.tolist() == [1, 0, 0]
    assert beaver.tolist() == [0, 1, 0]
    assert walrus.tolist() == [0, 0, 1]
    # No order among them: each pair is equally far apart.
    distances = [
        np.linalg.norm(a - b) for a, b in itertools.combinations((duck, beaver, walrus), 2)
    ]
    np.testing.assert_allclose(distances, math.sqrt(2))


def test_9_likelihood_of_four_points() -> None:
    bad, good = [0.6, 0.2, 0.1, 0.7], [0.7, 0.9, 0.8, 0.6]
    assert maths.likelihood(bad) == pytest.approx(0.0084, rel=1e-12)
    assert maths.likelihood(good) == pytest.approx(0.3024, rel=1e-12)
    logs = [maths.log_likelihood([p]) for p in bad]
    np.testing.assert_allclose(logs, [-0.5108, -1.6094, -2.3026, -0.3567], atol=5e-5)
    assert -maths.log_likelihood(bad) == pytest.approx(4.7795, abs=5e-5)
    assert -maths.log_likelihood(good) == pytest.approx(1.1960, abs=5e-5)


def test_9_from_the_probability_of_blue() -> None:
    # Two blue points, then two red ones: each point's probability of its own colour.
    own = maths.outcome_probability([0.6, 0.2, 0.9, 0.3], [1, 1, 0, 0])
    np.testing.assert_allclose(own, [0.6, 0.2, 0.1, 0.7], rtol=1e-12)


def test_10_three_doors() -> None:
    gift = [0.8, 0.7, 0.1]
    likelihoods = {
        outcome: maths.likelihood(maths.outcome_probability(gift, outcome))
        for outcome in itertools.product([1, 0], repeat=3)
    }
    assert max(likelihoods, key=likelihoods.__getitem__) == (1, 1, 0)
    assert likelihoods[1, 1, 0] == pytest.approx(0.504, rel=1e-12)
    assert likelihoods[0, 0, 1] == pytest.approx(0.006, rel=1e-12)
    assert sum(likelihoods.values()) == pytest.approx(1, rel=1e-12)
    assert 3 * maths.log_loss(gift, [1, 1, 0]) == pytest.approx(0.6852, abs=5e-5)
    assert 3 * maths.log_loss(gift, [0, 0, 1]) == pytest.approx(5.1160, abs=5e-5)


def test_10_cross_entropy_of_the_logits() -> None:
    scores = logit([[0.8], [0.7], [0.1]])
    assert binary_cross_entropy(scores, [[1], [1], [0]]).sum() == pytest.approx(0.6852, abs=5e-5)
    assert binary_cross_entropy(scores, [[0], [0], [1]]).sum() == pytest.approx(5.1160, abs=5e-5)


def test_11_three_doors_three_animals() -> None:
    # Rows are doors, columns duck, beaver and walrus; duck, walrus and walrus are behind them.
    p = np.array([[0.7, 0.2, 0.1], [0.3, 0.4, 0.3], [0.1, 0.5, 0.4]])
    y = maths.one_hot([0, 2, 2], 3)
    own = maths.outcome_probability(p, y)
    np.testing.assert_array_equal(own, [0.7, 0.3, 0.4])
    assert maths.likelihood(own) == pytest.approx(0.084, rel=1e-12)
    assert 3 * maths.log_loss(p, y) == pytest.approx(2.4769, abs=5e-5)
    assert cross_entropy(np.log(p), y).sum() == pytest.approx(2.4769, abs=5e-5)
    assert -(y * np.log(p)).sum() == pytest.approx(2.4769, abs=5e-5)


def test_12_logistic_regression_error() -> None:
    y, y_hat = np.array([1.0, 1.0, 0.0]), np.array([0.8, 0.7, 0.1])
    E = -np.mean((1 - y) * np.log(1 - y_hat) + y * np.log(y_hat))
    assert maths.log_loss(y_hat, y) == pytest.approx(E, rel=1e-12)
    # The first input is each point's score, so that the network says y_hat.
    network_error, _ = engine.loss_and_gradient(plane(1, 0), logit(y_hat)[:, None], y)
    assert network_error == pytest.approx(E, rel=1e-12)


@pytest.mark.parametrize("y", [0.0, 1.0])
def test_12_logistic_regression_gradient_and_step(y: float) -> None:
    x, w, b, a = np.array([9.0, 8.0]), np.array([0.2, -0.1]), -0.3, 0.1
    y_hat = expit(w @ x + b)
    _, gradient = engine.loss_and_gradient(plane(*w, b), x[None, :], np.array([y]))
    np.testing.assert_allclose(gradient, [*((y_hat - y) * x), y_hat - y], rtol=1e-12)
    trainer = Trainer(SGD(), learning_rate=a, max_epochs=1)
    (state,) = trainer.epochs(trainer.start(plane(*w, b)), Samples(x[None, :], np.array([y])))
    expected = [*(w + a * (y - y_hat) * x), b + a * (y - y_hat)]
    np.testing.assert_allclose(state.network.parameters, expected, rtol=1e-12)


def test_12_slope_of_the_sigmoid() -> None:
    z = np.linspace(-5, 5, 11)
    expected = maths.sigmoid(z) * (1 - maths.sigmoid(z))
    np.testing.assert_allclose(sigmoid.derivative(z), expected, rtol=1e-12)


def test_13_two_lines_make_a_curve() -> None:
    assert maths.sigmoid(0.7 + 0.8) == pytest.approx(0.8176, abs=5e-5)
    # Two models as hidden units, which give the point (1, 1) the probabilities 0.7 and 0.8.
    W1, b1 = [[logit(0.7) - 1, 2.0], [0.5, logit(0.8) - 1]], [0.5, -1.0]
    combined = two_layers(W1, b1, [[1], [1]], [0])
    point = np.array([[1.0, 1.0]])
    assert engine.predict_proba(combined, point).item() == pytest.approx(0.8176, abs=5e-5)
    # A perceptron over perceptrons: 7 * 0.7 + 5 * 0.8 - 6 = 2.9.
    weighted = two_layers(W1, b1, [[7], [5]], [-6])
    assert engine.forward(weighted, point).item() == pytest.approx(2.9, rel=1e-12)
    assert engine.predict_proba(weighted, point).item() == pytest.approx(expit(2.9), rel=1e-12)


def test_14_three_lines_bound_a_triangle() -> None:
    # x1 > 0, x2 > 0 and x1 + x2 < 4; the output asks for all three.
    hidden, offsets = [[1, 0, -1], [0, 1, -1]], [0, 0, 4]
    network = two_layers(hidden, offsets, [[1], [1], [1]], [-2.5], step, perceptron_loss)
    X = np.random.default_rng(0).uniform(-2, 6, size=(500, 2))
    inside = (X[:, 0] > 0) & (X[:, 1] > 0) & (X.sum(axis=1) < 4)
    np.testing.assert_array_equal(engine.predict_proba(network, X)[:, 0], inside)
    assert 0 < inside.sum() < 500


def test_14_three_lines_can_be_learnt() -> None:
    X = np.random.default_rng(0).uniform(-2, 6, size=(400, 2))
    inside = (X[:, 0] > 0) & (X[:, 1] > 0) & (X.sum(axis=1) < 4)
    model = MLPClassifier((3,), "tanh", solver="lbfgs", max_iter=500, random_state=1)
    assert model.fit(X, inside).score(X, inside) > 0.97


@pytest.mark.parametrize(
    ("hidden", "shapes"),
    [
        ([], [(3, 3)]),
        ([2], [(3, 2), (2, 3)]),
        ([4, 3, 2], [(3, 4), (4, 3), (3, 2), (2, 3)]),
    ],
    ids=["planes in space", "one hidden layer", "deep"],
)
def test_14_architecture(hidden: list[int], shapes: list[tuple[int, int]]) -> None:
    # Three inputs; one output each for cat, dog and bird.
    network = Network.build(3, hidden, 3, activation=tanh, loss=cross_entropy, seed=0)
    assert [weights.shape for weights in network.weights] == shapes
    probabilities = engine.predict_proba(network, np.random.default_rng(0).normal(size=(5, 3)))
    assert probabilities.shape == (5, 3)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)


def test_15_feedforward() -> None:
    rng = np.random.default_rng(0)
    W1, b1 = rng.normal(size=(2, 3)), rng.normal(size=3)
    W2, b2 = rng.normal(size=(3, 1)), rng.normal(size=1)
    x = np.array([0.4, -1.2])
    y_hat = expit(W2.T @ expit(W1.T @ x + b1) + b2)
    network = two_layers(W1, b1, W2, b2)
    np.testing.assert_allclose(engine.predict_proba(network, x[None, :])[0], y_hat, rtol=1e-12)


@pytest.mark.parametrize("y", [0.0, 1.0])
def test_16_backpropagation(y: float) -> None:
    rng = np.random.default_rng(0)
    W1, b1 = rng.normal(size=(2, 2)), rng.normal(size=2)
    W2, b2 = rng.normal(size=(2, 1)), rng.normal(size=1)
    x = np.array([0.4, -1.2])
    h = expit(x @ W1 + b1)
    y_hat = expit(h @ W2 + b2).item()
    network = two_layers(W1, b1, W2, b2)
    _, gradient = engine.loss_and_gradient(network, x[None, :], np.array([y]))
    by_edge = network.with_parameters(gradient)
    # The chain rule for every edge: dE/dz = y_hat - y, dz/dh_j = W2_j, dh_j/dz_j = h_j (1 - h_j).
    for j in range(2):
        assert by_edge.weights[1][j, 0] == pytest.approx((y_hat - y) * h[j], rel=1e-12)
        through_j = (y_hat - y) * W2[j, 0] * h[j] * (1 - h[j])
        assert by_edge.biases[0][j] == pytest.approx(through_j, rel=1e-12)
        for i in range(2):
            assert by_edge.weights[0][i, j] == pytest.approx(through_j * x[i], rel=1e-12)
    assert by_edge.biases[1][0] == pytest.approx(y_hat - y, rel=1e-12)


def test_16_chain_rule_is_the_product_of_the_slopes() -> None:
    # B = A^2 / 2 with A = w x: dB/dx in the layer's terms is dB/dA * dA/dw.
    _, gradient = engine.loss_and_gradient(
        plane(3, 0, loss=squared_error), np.array([[5.0]]), np.array([0.0])
    )
    np.testing.assert_allclose(gradient, [15 * 5, 15 * 1])


def table(name: str) -> list[list[str]]:
    path = TABLES / name
    if not path.is_file():
        pytest.skip(f"{name} is not there")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_17_gradient_descent_on_100_points() -> None:
    points: NDArray[np.float64] = np.array(table("points.csv"), dtype=float)
    X, y = points[:, :2], points[:, 2]
    assert len(X) == 100
    trainer = Trainer(SGD(), learning_rate=0.05, batch_size=1, max_epochs=30)
    state = trainer.start(plane(0, 0, 0))
    for _ in trainer.epochs(state, Samples(X, y)):
        pass
    losses = state.history["loss"]
    assert losses[0] == pytest.approx(math.log(2), rel=0.1)
    assert losses[-1] < losses[9] < losses[0]
    predictions = engine.predict_proba(state.network, X)[:, 0] >= 0.5
    assert np.mean(predictions == y) > 0.9


def test_17_student_admissions() -> None:
    header, *rows = table("admissions.csv")
    assert header == ["admit", "gre", "gpa", "rank"]
    assert len(rows) == 400
    students: NDArray[np.float64] = np.array(rows, dtype=float)
    admitted, marks, rank = students[:, 0], students[:, 1:3], students[:, 3]
    scaled = (marks - marks.mean(axis=0)) / marks.std(axis=0)
    X = np.hstack([scaled, maths.one_hot(rank - 1, 4)])
    training, test = np.arange(400) % 10 != 0, np.arange(400) % 10 == 0
    model = MLPClassifier((4,), "sigmoid", alpha=1.0, solver="lbfgs", max_iter=1000, random_state=0)
    model.fit(X[training], admitted[training])
    base_rate = np.full(test.sum(), admitted[training].mean())
    loss = maths.log_loss(model.predict_proba(X[test])[:, 1], admitted[test])
    assert loss < maths.log_loss(base_rate, admitted[test])
