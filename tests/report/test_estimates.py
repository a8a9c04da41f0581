"""Metrics in a report: scikit-learn's figures, and intervals of the textbooks."""

from typing import Any

import numpy as np
import pytest
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import NDArray
from scipy.special import expit, logit, logsumexp
from scipy.stats import norm, sem, t
from sklearn.datasets import make_classification
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression, Perceptron
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score

import errorest
from errorest.estimators import evaluate
from errorest.plots import roc_display
from errorest.report.estimates import Estimate, estimate_metrics

X, Y = make_classification(600, n_informative=3, n_classes=3, random_state=0)
MODEL = LogisticRegression(max_iter=500).fit(X[:300], Y[:300])


@pytest.fixture(scope="module")
def estimates() -> list[Estimate]:
    return estimate_metrics(MODEL, X, Y)


def test_values_are_scikit_learns(estimates: list[Estimate]) -> None:
    values = {estimate.name: estimate.value for estimate in estimates}
    probabilities = MODEL.predict_proba(X)
    assert values["accuracy"] == accuracy_score(Y, MODEL.predict(X))
    assert values["log-loss"] == pytest.approx(log_loss(Y, probabilities))
    for label in range(3):
        expected = roc_auc_score(label == Y, probabilities[:, label])
        assert values[f"ROC-AUC of {label}"] == pytest.approx(expected)


def test_baselines_are_those_of_a_model_that_knows_the_shares_of_the_classes() -> None:
    rows = np.concatenate([np.flatnonzero(label == Y)[:n] for label, n in enumerate((60, 20, 10))])
    few, labels = X[rows], Y[rows]
    found = {each.name: each.baseline for each in estimate_metrics(MODEL, few, labels)}
    dummy = DummyClassifier(strategy="prior").fit(few, labels)
    assert found["accuracy"] == pytest.approx(accuracy_score(labels, dummy.predict(few)))
    assert found["log-loss"] == pytest.approx(log_loss(labels, dummy.predict_proba(few)))
    constant = dummy.predict_proba(few)[:, 0]
    assert found["ROC-AUC of 0"] == roc_auc_score(labels == 0, constant)


def test_the_baseline_of_rows_of_one_class_is_0_and_not_minus_0() -> None:
    assert f"{estimate_metrics(MODEL, X[Y == 0], Y[Y == 0])[1].baseline:.4f}" == "0.0000"


def test_of_rows_in_the_same_place_half_are_in_order() -> None:
    rows, labels = np.round(X[:, :1]), Y > 0
    model = LogisticRegression().fit(rows, labels)
    probabilities = model.predict_proba(rows)[:, 1]
    assert len(np.unique(probabilities)) < 10
    expected = roc_auc_score(labels, probabilities)
    assert estimate_metrics(model, rows, labels)[2].value == pytest.approx(expected)


@pytest.mark.parametrize("measured_by", [evaluate, estimate_metrics])
@pytest.mark.parametrize("unknown", ["zz", "aa"])
@pytest.mark.parametrize("model", [LogisticRegression(max_iter=500), Perceptron()], ids=str)
def test_an_unknown_class_is_refused_by_name(measured_by: Any, unknown: str, model: Any) -> None:
    model.fit(X, np.where(Y > 0, "b", "a"))
    with pytest.raises(ValueError, match=rf"'{unknown}' is none of the classes \['a', 'b'\]"):
        measured_by(model, X[:3], np.array(["a", unknown, "b"]))


def test_the_interval_of_accuracy_is_wilsons(estimates: list[Estimate]) -> None:
    # Wilson (1927), equation 7.
    accuracy = estimates[0]
    n, p, z = len(Y), accuracy.value, 1.959964
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    assert accuracy.low == pytest.approx(centre - reach, abs=1e-6)
    assert accuracy.high == pytest.approx(centre + reach, abs=1e-6)


def test_the_interval_of_log_loss_is_students_of_its_logarithm(estimates: list[Estimate]) -> None:
    # The standard error of a mean, times the slope of the logarithm there.
    losses = -np.log(MODEL.predict_proba(X)[np.arange(len(Y)), Y])
    error = losses.std(ddof=1) / np.sqrt(len(Y)) / losses.mean()
    expected = np.exp(t.interval(0.95, len(Y) - 1, loc=np.log(losses.mean()), scale=error))
    assert interval(estimates[1]) == pytest.approx(expected)


@pytest.mark.parametrize("n_rare", [10, 180])
def test_the_interval_of_the_area_is_that_of_delong(n_rare: int) -> None:
    rows = np.concatenate([np.flatnonzero(Y == 0)[:n_rare], np.flatnonzero(Y > 0)])
    few, labels = X[rows, :3], Y[rows] == 0
    model = LogisticRegression().fit(few, labels)
    probabilities = model.predict_proba(few)[:, 1]
    _, _, area = estimate_metrics(model, few, labels)
    assert area.name == "ROC-AUC of True"
    # DeLong, DeLong and Clarke-Pearson (1988), equations 2 to 6: the components are the means of
    # all pairs' scores, over columns and over rows.
    pairs = np.sign(probabilities[labels][:, None] - probabilities[~labels]) / 2 + 0.5
    variance = sum(pairs.mean(axis=axis).var(ddof=1) / pairs.shape[1 - axis] for axis in (0, 1))
    slope = 1 / (area.value * (1 - area.value))
    reach = t.ppf(0.975, n_rare - 1) * slope * np.sqrt(variance)
    expected = expit(logit(area.value) + np.array([-reach, reach]))
    assert interval(area) == pytest.approx(expected)


@pytest.mark.parametrize("size", [1, 4], ids=["rows", "groups"])
def test_intervals_hold_the_truth_in_95_of_100_cases(size: int) -> None:
    # Two normal distributions of variance 1, and the line that is the best between them.
    distance, share, n_groups = 1.8, 0.4, 60
    model = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    model.coef_[:] = distance
    model.intercept_[:] = logit(share) - distance**2 / 2
    boundary = -model.intercept_[0] / distance
    x, weights = hermegauss(60)
    surprises = [
        np.logaddexp(0, sign * model.decision_function(mean + x[:, None])) @ weights
        for sign, mean in ((1, 0), (-1, distance))
    ]
    truths = {
        "accuracy": (1 - share) * norm.cdf(boundary) + share * norm.sf(boundary, distance),
        "log-loss": ((1 - share) * surprises[0] + share * surprises[1]) / weights.sum(),
        "ROC-AUC of 1": norm.cdf(distance / np.sqrt(2)),
    }
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(n_groups), size)
    n_held = dict.fromkeys(truths, 0)
    for _ in range(400):
        # Rows of a group have the class in common, and half of their variance.
        labels = (rng.random(n_groups) < share).astype(int)[groups]
        noise = rng.normal(size=n_groups)[groups] + rng.normal(size=len(groups))
        rows = (distance * labels + noise / np.sqrt(2))[:, None]
        for found in estimate_metrics(model, rows, labels, groups=None if size == 1 else groups):
            low, high = interval(found)
            n_held[found.name] += low < truths[found.name] < high
    assert all(0.92 <= n / 400 <= 0.985 for n in n_held.values()), n_held


def test_without_probabilities_or_without_rows_of_a_class() -> None:
    perceptron = Perceptron().fit(X, Y)
    assert [estimate.name for estimate in estimate_metrics(perceptron, X, Y)][:2] == [
        "accuracy",
        "ROC-AUC of 0",
    ]
    one_class = estimate_metrics(MODEL, X[Y == 1], Y[Y == 1])
    assert [estimate.name for estimate in one_class] == ["accuracy", "log-loss"]
    one_row = estimate_metrics(MODEL, X[:1], Y[:1])
    assert one_row[1].low is None


def test_no_interval_where_no_row_can_tell() -> None:
    few = np.concatenate(
        [np.flatnonzero(label == Y)[: 9 if label == 0 else 40] for label in range(3)]
    )
    few_of_first = estimate_metrics(MODEL, X[few], Y[few])
    assert [estimate.low is None for estimate in few_of_first[2:]] == [True, False, False]
    # A hundred pairs in order are no proof that all are.
    rows, labels = np.arange(20.0)[:, None], np.arange(20) >= 10
    area = estimate_metrics(LogisticRegression().fit(rows, labels), rows, labels)[2]
    assert (area.value, area.low, area.high) == (1.0, None, None)


@pytest.mark.parametrize("groups", [None, np.arange(140) // 5], ids=["rows", "groups"])
def test_no_interval_where_rows_differ_by_rounding_alone(groups: Any) -> None:
    rows, labels = np.zeros((200, 1)), np.arange(200) >= 140
    shares = DummyClassifier(strategy="prior").fit(rows, labels)
    loss = estimate_metrics(shares, rows[:140], labels[:140], groups=groups)[1]
    assert loss.value == pytest.approx(-np.log(0.7))
    assert (loss.low, loss.high) == (None, None)


def test_rows_are_ranked_by_logits_where_probabilities_round_to_1() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(400, 1))
    labels = rows[:, 0] + rng.normal(size=400) > 0
    model = errorest.LogisticRegression().fit(rows, labels)
    model.network_ = model.network_.with_parameters(np.array([1.0, 45.0]))
    assert (model.predict_proba(rows)[:, 1] == 1).all()
    expected = roc_auc_score(labels, rows[:, 0])
    assert estimate_metrics(model, rows, labels)[2].value == pytest.approx(expected)
    assert evaluate(model, rows, labels).roc_auc == pytest.approx(expected)
    assert roc_display(model, rows, labels)[0].roc_auc == pytest.approx(expected)


def test_one_of_three_classes_may_be_sure() -> None:
    rows = np.linspace(-1, 1, 60)[:, None]
    labels = np.repeat([0, 1, 2], 20)
    model = errorest.LogisticRegression().fit(rows, labels)
    sure = model.network_.parameters * 1e4
    model.network_ = model.network_.with_parameters(sure)
    logits = model.decision_function(rows)
    for label in range(3):
        others = np.delete(logits, label, axis=1)
        log_odds = logits[:, label] - logsumexp(others, axis=1)
        found = estimate_metrics(model, rows, labels)[2 + label].value
        assert found == pytest.approx(roc_auc_score(labels == label, log_odds))


def test_sure_mistakes_count_in_full_in_every_reading() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(240, 2))
    y = (X[:, 0] + 0.5 * rng.normal(size=240) > 0).astype(int)
    model = errorest.LogisticRegression().fit(X, y)
    X[:12] *= -1000  # another unit
    logits = model.decision_function(X)
    cross_entropy = np.logaddexp(0, np.where(y == 1, -logits, logits)).mean()
    assert cross_entropy > 40
    measured = estimate_metrics(model, X, y)[1]
    assert measured.value == pytest.approx(cross_entropy)
    assert measured.low is not None
    assert measured.high is not None
    assert measured.low < measured.value < measured.high
    likelihood = errorest.Likelihood.from_estimator(model, X, y)
    assert likelihood.cross_entropy / 240 == pytest.approx(cross_entropy)


def test_an_impossible_row_counts_as_the_least_positive_number() -> None:
    X, y = np.zeros((10, 1)), np.arange(10) // 9
    certain = DummyClassifier(strategy="most_frequent").fit(X, y)
    expected = -np.log(np.finfo(float).tiny) / 10
    assert estimate_metrics(certain, X, y)[1].value == pytest.approx(expected)


def interval(estimate: Estimate) -> tuple[float, float]:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low, estimate.high


@pytest.fixture(scope="module")
def visits() -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Rows of forty patients, of whom every other one is now ill and now well."""
    patients = np.repeat(np.arange(40), 5)
    rng = np.random.default_rng(0)
    labels = np.where(patients % 2, rng.integers(2, size=200), 0)
    rows = rng.choice(600, 200, replace=False)
    return rows, labels, patients


def test_rows_of_a_group_are_no_news_of_each_other(visits: Any) -> None:
    rows, labels, patients = visits
    model = LogisticRegression().fit(X[rows] + labels[:, None], labels)
    once = estimate_metrics(model, X[rows], labels, groups=patients)
    often = estimate_metrics(
        model, np.tile(X[rows], (9, 1)), np.tile(labels, 9), groups=np.tile(patients, 9)
    )
    as_rows = estimate_metrics(model, np.tile(X[rows], (9, 1)), np.tile(labels, 9))
    assert all(estimate.method.endswith("over groups") for estimate in once)
    for one, nine, far in zip(once, often, as_rows, strict=True):
        assert interval(nine) == pytest.approx(interval(one))
        assert np.ptp(interval(nine)) > 2 * np.ptp(interval(far))


def test_the_interval_of_groups_is_that_of_their_means(visits: Any) -> None:
    rows, labels, patients = visits
    model = LogisticRegression().fit(X[rows] + labels[:, None], labels)
    accuracy, loss, _ = estimate_metrics(model, X[rows], labels, groups=patients)
    is_right = model.predict(X[rows]) == labels
    losses = -np.log(model.predict_proba(X[rows])[np.arange(200), labels])
    for estimate, values, scale in ((accuracy, is_right, logit), (loss, losses, np.log)):
        means = values.reshape(40, 5).mean(axis=1)
        mean = means.mean()
        slope = (scale(mean + 1e-6) - scale(mean - 1e-6)) / 2e-6
        expected = t.interval(0.95, 39, scale(mean), slope * sem(means))
        assert scale(interval(estimate)) == pytest.approx(expected)


def test_groups_of_one_row_are_rows(estimates: list[Estimate]) -> None:
    alone = estimate_metrics(MODEL, X, Y, groups=np.random.default_rng(0).permutation(len(Y)))
    for one, other in zip(alone[1:], estimates[1:], strict=True):
        assert one.value == other.value
        assert interval(one) == pytest.approx(interval(other))
    # Wilson's interval of the accuracy is but much the same.
    assert interval(alone[0]) == pytest.approx(interval(estimates[0]), abs=0.01)


def test_groups_of_different_sizes_count_as_fewer_of_one_size() -> None:
    # Kish (1965): the square of the sum of the sizes, divided by the sum of their squares.
    groups = np.append(np.repeat(np.arange(24), 2), np.full(12, 24))
    n_even = 60**2 / (24 * 2**2 + 12**2)
    rows, labels = X[:60], Y[:60]
    loss = estimate_metrics(MODEL, rows, labels, groups=groups)[1]
    losses = -np.log(MODEL.predict_proba(rows)[np.arange(60), labels])
    sums = np.bincount(groups, losses - losses.mean())
    error = np.sqrt(25 / 24 * (sums**2).sum()) / losses.sum()
    expected = np.exp(t.interval(0.95, n_even - 1, np.log(losses.mean()), error))
    assert interval(loss) == pytest.approx(expected)
    # Most rows are those of one, so that the others hardly tell.
    groups = np.append(np.arange(20), np.full(40, 20))
    for estimate in estimate_metrics(MODEL, rows, labels, groups=groups):
        assert (estimate.low, estimate.high) == (None, None)


@pytest.mark.parametrize(
    ("n_ill", "n_well", "is_told"),
    [(9, 12, False), (9, 1, False), (10, 12, True), (12, 1, True), (12, 0, True)],
)
def test_so_many_groups_must_have_the_rarer_class(n_ill: int, n_well: int, is_told: bool) -> None:
    # Of those who are ever ill, each is also once well.
    patients = np.repeat(np.arange(n_ill + n_well), 3)
    labels = ((patients < n_ill) & (np.arange(len(patients)) % 3 > 0)).astype(int)
    rows = labels[:, None] + np.random.default_rng(0).normal(size=(len(labels), 1))
    model = LogisticRegression().fit(rows, labels)
    area = estimate_metrics(model, rows, labels, groups=patients)[2]
    assert (area.low is not None) == is_told
