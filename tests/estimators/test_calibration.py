"""Temperature scaling against scipy's minimum and figures worked out by hand."""

from typing import Any

import numpy as np
import pytest
from scipy.special import expit, logit, softmax
from sklearn.datasets import (
    load_wine,
    make_classification,
    make_moons,
    make_multilabel_classification,
)
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from errorest import MLPClassifier
from errorest.estimators.calibration import Reliability, best_temperature, calibrated
from errorest.estimators.labels import Labels
from errorest.exceptions import ErrorestWarning
from errorest.maths import binary_cross_entropy, identity
from errorest.network import Dense, Network
from errorest.training import Samples

TWO = Labels(np.array([0, 1]))

pytestmark = pytest.mark.filterwarnings("ignore:Stochastic Optimizer")


def test_the_best_temperature_makes_frequent_what_is_likely() -> None:
    # Three of four rows are right at each logit of +-6: the likeliest probability is 3/4.
    logits = np.array([6.0] * 4 + [-6.0] * 4)[:, None]
    targets = np.array([1, 1, 1, 0, 0, 0, 0, 1])
    assert best_temperature(logits, targets, TWO) == pytest.approx(6 / logit(0.75), rel=1e-3)


def test_weights_count_like_repetitions() -> None:
    logits, targets = np.array([[6.0], [6.0]]), np.array([1, 0])
    found = best_temperature(logits, targets, TWO, np.array([3.0, 1.0]))
    assert found == pytest.approx(6 / logit(0.75), rel=1e-3)


def test_weights_of_validation_rows_count_like_repetitions() -> None:
    steep = Network((Dense(1, 1, identity),), binary_cross_entropy, np.array([6.0, 0.0]))
    # So many rows that it does not matter what was thought of the temperature before.
    X, targets = np.tile([[1.0], [1.0], [-1.0]], (1000, 1)), np.tile([1, 0, 0], 1000)
    times = np.tile([3, 1, 2], 1000)
    repeated = Samples(np.repeat(X, times, axis=0), np.repeat(targets, times))
    of_weights, of_rows = (
        calibrated(steep, rows, TWO)[1]
        for rows in (Samples(X, targets, times.astype(float)), repeated)
    )
    assert of_weights.temperature == pytest.approx(of_rows.temperature, rel=0.01)
    np.testing.assert_allclose(of_weights.after.weight, of_rows.after.weight)


@pytest.mark.parametrize("unit", [1e-3, 1000.0])
def test_the_unit_of_weights_does_not_matter(unit: float) -> None:
    steep = Network((Dense(1, 1, identity),), binary_cross_entropy, np.array([6.0, 0.0]))
    X, targets = np.array([[1.0], [1.0], [-1.0]]), np.array([1, 0, 0])
    found = [
        calibrated(steep, Samples(X, targets, np.array([3.0, 1.0, 2.0]) * one), TWO)[1].temperature
        for one in (1.0, unit)
    ]
    assert found[1] == pytest.approx(found[0], rel=1e-3)


def test_a_limit_is_told() -> None:
    sure = Network((Dense(1, 1, identity),), binary_cross_entropy, np.array([1000.0, 0.0]))
    half_wrong = Samples(np.ones((200, 1)), np.arange(200) % 2)
    with pytest.warns(ErrorestWarning, match="the temperature 20 is a limit"):
        calibrated(sure, half_wrong, TWO)


def test_few_rows_without_mistakes_say_little() -> None:
    """Every temperature near 0 would suit them, and cost dear on the first row that is mistaken."""
    X, y = load_wine(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    lost = []
    for seed in range(4):
        X_train, X_test, y_train, y_test = train_test_split(
            X, y, test_size=0.4, stratify=y, random_state=seed
        )
        model = MLPClassifier(
            (32,), learning_rate_init=0.01, calibration="temperature", random_state=seed
        ).fit(X_train, y_train)
        assert model.calibration_ is not None
        calibrated_logits = model.decision_function(X_test)
        raw_logits = calibrated_logits * model.calibration_.temperature
        losses = [
            log_loss(y_test, softmax(logits, axis=1)) for logits in (calibrated_logits, raw_logits)
        ]
        lost.append(losses[0] - losses[1])
    assert np.mean(lost) < 0.02


def test_expected_calibration_error_by_hand() -> None:
    # Two predictions of 0.9, one of them right, and two of 0.6, both right:
    # (2 |0.5 - 0.9| + 2 |1 - 0.6|) / 4 = 0.4.
    probabilities = np.array([[0.1, 0.9], [0.1, 0.9], [0.6, 0.4], [0.4, 0.6]])
    measured = Reliability.measured(probabilities, np.array([1, 0, 0, 1]))
    assert measured.expected_error == pytest.approx(0.4)
    assert measured.weight.sum() == 4
    np.testing.assert_allclose(measured.confidence[[9, 13]], [0.6, 0.9])
    np.testing.assert_allclose(measured.accuracy[[9, 13]], [1, 0.5])


def test_certainty_belongs_to_the_last_interval() -> None:
    measured = Reliability.measured(np.array([[0.0, 1.0], [0.05, 0.95]]), np.array([1, 0]))
    assert measured.weight.tolist() == [0] * 14 + [2]
    assert measured.accuracy[-1] == 0.5


def test_the_weight_of_a_row_is_that_of_each_of_its_labels() -> None:
    rng = np.random.default_rng(0)
    probabilities, targets = rng.random((40, 3)), rng.integers(2, size=(40, 3))
    weights = rng.uniform(0.1, 2, 40)
    measured = Reliability.measured(probabilities, targets, weights)
    expected = np.zeros((3, 15))
    for row, weight in enumerate(weights):
        for p, y in zip(probabilities[row], targets[row], strict=True):
            expected[:, int(15 * p)] += weight, weight * p, weight * y
    np.testing.assert_allclose(measured.weight, expected[0])
    np.testing.assert_allclose(measured.confidence, expected[1] / expected[0])
    np.testing.assert_allclose(measured.accuracy, expected[2] / expected[0])


def overfitted(**settings: Any) -> tuple[MLPClassifier, Any, Any]:
    """Return a network that is too sure, and rows that it has not seen."""
    X, y = make_classification(600, 20, flip_y=0.3, n_classes=3, n_informative=6, random_state=0)
    model = MLPClassifier((64,), learning_rate_init=0.02, random_state=0, max_iter=60, **settings)
    return model.fit(X[:200], y[:200], validation=(X[200:400], y[200:400])), X[400:], y[400:]


def test_an_overconfident_network_is_made_honest_also_on_other_rows() -> None:
    plain, X, y = overfitted()
    model, _, _ = overfitted(calibration="temperature")
    assert model.calibration_ is not None
    assert model.calibration_.temperature > 1.5
    assert model.calibration_.after.expected_error < model.calibration_.before.expected_error / 2
    assert log_loss(y, model.predict_proba(X)) < log_loss(y, plain.predict_proba(X)) / 2
    np.testing.assert_array_equal(model.predict(X), plain.predict(X))


def test_all_answers_have_the_temperature() -> None:
    plain, X, _ = overfitted()
    model, _, _ = overfitted(calibration="temperature")
    assert model.calibration_ is not None
    logits = plain.decision_function(X) / model.calibration_.temperature
    np.testing.assert_allclose(model.decision_function(X), logits, rtol=1e-9)
    probabilities = model.predict_proba(X)
    np.testing.assert_allclose(np.exp(model.predict_log_proba(X)), probabilities, rtol=1e-9)
    traced = model.trace(X[:1])
    np.testing.assert_allclose(traced.output, probabilities[0], rtol=1e-9)


def test_rows_are_set_aside_for_it() -> None:
    X, y = make_classification(200, flip_y=0.3, random_state=0)
    model = MLPClassifier((16,), calibration="temperature", random_state=0, max_iter=50).fit(X, y)
    assert model.calibration_ is not None
    assert model.calibration_.after.weight.sum() == 20
    assert model.t_ == 180 * 50


def test_each_of_several_labels_counts() -> None:
    X, y = make_multilabel_classification(200, n_classes=4, random_state=0)
    model = MLPClassifier((64,), calibration="temperature", random_state=0, learning_rate_init=0.02)
    model.fit(X[:100], y[:100], validation=(X[100:], y[100:]))
    assert model.calibration_ is not None
    assert model.calibration_.after.weight.sum() == 400
    np.testing.assert_allclose(model.predict_proba(X), expit(model.decision_function(X)))


def test_a_warm_start_goes_on_from_the_uncalibrated_network() -> None:
    settings: dict[str, Any] = {"max_iter": 40, "random_state": 0, "warm_start": True}
    settings["learning_rate_init"] = 0.02
    X, y = make_moons(200, noise=0.3, random_state=0)
    rows = {"validation": (X[100:], y[100:])}
    plain = MLPClassifier((8,), **settings).fit(X[:100], y[:100]).fit(X[:100], y[:100])
    model = MLPClassifier((8,), calibration="temperature", **settings)
    model.fit(X[:100], y[:100], **rows).fit(X[:100], y[:100], **rows)
    np.testing.assert_allclose(model.loss_curve_, plain.loss_curve_, rtol=1e-9)
