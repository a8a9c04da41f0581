"""The perceptron's settings against scikit-learn's perceptron, and its votes and steps."""

import warnings
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.callback import ProgressBar
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.linear_model import Perceptron as Theirs
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import scale
from sklearn.utils._param_validation import InvalidParameterError

from errorest import Perceptron

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

CANCER_X, CANCER_Y = load_breast_cancer(return_X_y=True)
CANCER_X = scale(CANCER_X)
DIGITS_X, DIGITS_Y = (array[:240] for array in load_digits(n_class=4, return_X_y=True))
WEIGHTS = np.random.default_rng(1).uniform(0.1, 2, size=len(CANCER_X))
STUDENTS = [[9, 8], [3, 4], [7, 6]], [1, 0, 1]
XOR = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]


def start(n_lines: int, n_features: int) -> dict[str, NDArray[np.float64]]:
    """Return lines on which no point lies: there the two rules differ."""
    rng = np.random.default_rng(0)
    return {
        "coef_init": rng.normal(size=(n_lines, n_features)),
        "intercept_init": rng.normal(size=n_lines),
    }


SETTINGS: list[dict[str, Any]] = [
    {},
    {"tol": None, "max_iter": 7},
    {"eta0": 0.1, "fit_intercept": False},
    {"penalty": "l2", "alpha": 0.01},
    # Not longer, since the rounding of weights near 0 decides whether L1 still draws at them.
    {"penalty": "l1", "alpha": 0.001, "max_iter": 8},
    {"penalty": "elasticnet", "alpha": 0.002, "l1_ratio": 0.3, "eta0": 0.5},
    {"class_weight": "balanced"},
    {"class_weight": {0: 3, 1: 0.5}, "penalty": "l2", "max_iter": 20},
    {"early_stopping": True, "validation_fraction": 0.2, "random_state": 3},
    # Class weights are the training rows' alone.
    {"early_stopping": True, "class_weight": {0: 9, 1: 0.1}, "random_state": 0},
]


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_two_classes_are_scikit_learns(settings: dict[str, Any], weighted: bool) -> None:
    arguments = start(1, 30) | {"sample_weight": WEIGHTS if weighted else None}
    ours = Perceptron(shuffle=False, **settings).fit(CANCER_X, CANCER_Y, **arguments)
    theirs = Theirs(shuffle=False, **settings).fit(CANCER_X, CANCER_Y, **arguments)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-8)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-8)
    assert ours.n_iter_ == theirs.n_iter_


@pytest.mark.long_on_reference
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_several_classes_are_scikit_learns(settings: dict[str, Any]) -> None:
    arguments = start(4, 64)
    ours = Perceptron(shuffle=False, **settings).fit(DIGITS_X, DIGITS_Y, **arguments)
    theirs = Theirs(shuffle=False, **settings).fit(DIGITS_X, DIGITS_Y, **arguments)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-7)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-7)


def test_parts_are_scikit_learns() -> None:
    ours, theirs = Perceptron(shuffle=False), Theirs(shuffle=False)
    # Two lines that are the same before a part, and then no point on them.
    for model in (ours, theirs):
        model.fit(CANCER_X, CANCER_Y, **start(1, 30))
        for part in np.array_split(np.arange(len(CANCER_X)), 5):
            model.partial_fit(CANCER_X[part], CANCER_Y[part], sample_weight=WEIGHTS[part])
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-8)
    assert ours.n_iter_ == theirs.n_iter_ == 1
    assert ours.t_ == 1 + len(ours.mistakes_curve_[:-5]) * 569 + 569


@pytest.mark.parametrize("settings", [{}, {"penalty": "l2"}, {"class_weight": {0: 2}}], ids=str)
def test_parts_are_epochs(settings: dict[str, Any]) -> None:
    whole = Perceptron(max_iter=4, **settings).fit(CANCER_X, CANCER_Y)
    parts = Perceptron(**settings)
    for _ in range(4):
        parts.partial_fit(CANCER_X, CANCER_Y, classes=[0, 1])
    np.testing.assert_array_equal(parts.network_.parameters, whole.network_.parameters)
    assert parts.mistakes_curve_ == whole.mistakes_curve_
    assert parts.t_ == whole.t_


@pytest.mark.long_on_reference
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_sparse_rows_learn_like_dense_ones(settings: dict[str, Any]) -> None:
    dense = Perceptron(**{"max_iter": 10} | settings).fit(DIGITS_X, DIGITS_Y)
    sparse = Perceptron(**{"max_iter": 10} | settings).fit(csr_array(DIGITS_X), DIGITS_Y)
    np.testing.assert_array_equal(sparse.coef_, dense.coef_)


def test_the_loss_of_sparse_rows_is_that_of_all_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    dense = Perceptron(max_iter=5).fit(DIGITS_X, DIGITS_Y)
    monkeypatch.setattr("errorest.estimators.perceptron_training.rows_at_once", lambda X: 7)
    sparse = Perceptron(max_iter=5).fit(csr_array(DIGITS_X), DIGITS_Y)
    assert sparse.history_["loss"] == pytest.approx(dense.history_["loss"])
    assert sparse.mistakes_curve_ == dense.mistakes_curve_


def test_warm_start_goes_on() -> None:
    model = Perceptron(max_iter=3, shuffle=False, warm_start=True).fit(CANCER_X, CANCER_Y)
    model.sparsify().fit(CANCER_X, CANCER_Y)
    whole = Perceptron(max_iter=6, shuffle=False).fit(CANCER_X, CANCER_Y)
    np.testing.assert_array_equal(model.coef_, whole.coef_)
    # What is given counts more than what was learnt.
    model.fit(CANCER_X, CANCER_Y, **start(1, 30))
    given = Perceptron(max_iter=3, shuffle=False).fit(CANCER_X, CANCER_Y, **start(1, 30))
    np.testing.assert_array_equal(model.coef_, given.coef_)
    np.testing.assert_array_equal(model.intercept_, given.intercept_)
    with pytest.raises(ValueError, match=r"coef_init has the shape \(1, 30\), but .*\(4, 64\)"):
        model.fit(DIGITS_X, DIGITS_Y)
    # As many numbers, but those of other features.
    with pytest.raises(ValueError, match=r"coef_init has the shape \(64, 4\), but .*\(4, 64\)"):
        model.fit(DIGITS_X, DIGITS_Y, coef_init=np.ones((64, 4)))


@pytest.mark.parametrize("seed", range(10))
def test_three_students_are_learnt_in_any_order(seed: int) -> None:
    X, y = STUDENTS
    assert Perceptron(random_state=seed).fit(X, y).converged_


def test_weight_0_is_no_vote() -> None:
    X, y = [[0.0], [1.0], [2.0]], [0, 1, 0]
    model = Perceptron().fit(X, y, sample_weight=[1, 1, 0])
    assert model.converged_
    assert model.predict(X).tolist() == [0, 1, 1]


def test_rows_without_weight_are_no_visits() -> None:
    # How far L1 draws grows with the visits of all epochs.
    settings: dict[str, Any] = {"penalty": "l1", "alpha": 0.001, "shuffle": False}
    settings |= {"tol": None, "max_iter": 4}
    weights = np.where(np.arange(len(CANCER_X)) % 3, WEIGHTS, 0)
    kept = weights > 0
    weighted = Perceptron(**settings).fit(CANCER_X, CANCER_Y, sample_weight=weights)
    fewer = Perceptron(**settings).fit(CANCER_X[kept], CANCER_Y[kept], sample_weight=weights[kept])
    np.testing.assert_array_equal(weighted.coef_, fewer.coef_)
    np.testing.assert_array_equal(weighted.intercept_, fewer.intercept_)


@pytest.mark.long_on_reference
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"shuffle": False, "fit_intercept": False},
        {"penalty": "elasticnet", "random_state": 4},
        {"early_stopping": True},
        {"tol": 1e6, "n_iter_no_change": 1},
        {"random_state": np.random.RandomState(5), "class_weight": "balanced"},
    ],
    ids=lambda settings: "-".join(settings),
)
def test_steps_are_those_of_the_fit(settings: dict[str, Any]) -> None:
    X, y = DIGITS_X[:200], DIGITS_Y[:200]
    model = Perceptron(max_iter=6, **settings)
    lines: dict[int, Any] = {}
    for step in model.steps(X, y):
        np.testing.assert_array_equal(step.x, X[step.index])
        assert step.label == y[step.index]
        if step.positive in lines:
            before = lines[step.positive].parameters
            np.testing.assert_array_equal(step.before.parameters, before)
        lines[step.positive] = step.after
    model.fit(X, y)
    coef = np.vstack([lines[k].weights[0].T for k in range(4)])
    np.testing.assert_array_equal(coef, model.coef_)


def test_steps_by_hand() -> None:
    X, y = [[1, 2], [3, 1], [2, 1], [4, 2]], ["no", "yes", "yes", "no"]
    steps = list(Perceptron(eta0=0.5, max_iter=1, shuffle=False).steps(X, y))
    assert [step.index for step in steps] == [0, 1, 3]
    assert [step.label for step in steps] == ["no", "yes", "no"]
    assert {step.positive for step in steps} == {"yes"}
    lines = [step.after.parameters.tolist() for step in steps]
    assert lines == [[-0.5, -1, -0.5], [1, -0.5, 0], [-1, -1.5, -0.5]]


def test_a_given_line_comes_closer() -> None:
    """The rule of EXAMPLES no 4, on a line that nobody trained."""
    model = Perceptron(eta0=0.1)
    model.coef_, model.intercept_ = np.array([[3.0, 4.0]]), np.array([-10.0])
    model.classes_ = np.array([0, 1])
    assert model.votes([[4, 5]], [0]).tolist() == ["come closer"]
    # A point on the line is on its positive side.
    assert model.votes([[2, 1], [2, 1]], [1, 0]).tolist() == ["good", "come closer"]
    model.partial_fit([[4, 5]], [0])
    np.testing.assert_allclose([*model.coef_[0], *model.intercept_], [2.6, 3.5, -10.1])
    assert (model.t_, model.mistakes_curve_) == (2, [1])


def test_steps_leave_the_perceptron_as_it_is() -> None:
    model = Perceptron()
    list(model.steps(*STUDENTS))
    assert not hasattr(model, "coef_")
    model.fit([[1.0], [-1.0]], [1, 0])
    before = dict(vars(model))
    list(model.steps(*STUDENTS))
    assert vars(model) == before


def test_steps_check_at_once() -> None:
    with pytest.raises(ValueError, match="NaN"):
        Perceptron().steps([[np.nan], [1.0]], [0, 1])


def test_votes() -> None:
    X, y = STUDENTS
    model = Perceptron().fit(X, y)
    assert model.votes(X, y).tolist() == ["good"] * 3
    assert model.votes(X, [0, 0, 1]).tolist() == ["come closer", "good", "good"]
    with pytest.raises(ValueError, match=r"not in `self.classes_`"):
        model.votes(X, [1, 0, 2])
    with pytest.raises(ValueError, match="inconsistent numbers"):
        model.votes(X, [1, 0])


def test_with_several_lines_a_point_is_good_on_its_side_of_each() -> None:
    model = Perceptron(max_iter=2).fit(DIGITS_X, DIGITS_Y)
    sides = model.decision_function(DIGITS_X) >= 0
    good = (sides == (DIGITS_Y[:, None] == np.arange(4))).all(axis=1)
    assert 0 < good.sum() < len(good)
    np.testing.assert_array_equal(model.votes(DIGITS_X, DIGITS_Y) == "good", good)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"max_iter": 20}, "allow more epochs (max_iter, --epochs)"),
        ({"tol": None, "max_iter": 20}, "allow more epochs (max_iter, --epochs)"),
        ({}, "go on with tol=None"),
        ({"penalty": "l2"}, None),
    ],
    ids=str,
)
def test_mistakes_that_remain_are_told(settings: dict[str, Any], said: str | None) -> None:
    X, y = XOR
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        model = Perceptron(**settings).fit(X, y)
    assert not model.converged_
    assert [str(warning.message).count(said or "") for warning in told] == ([1] if said else [])


def test_a_line_that_goes_round_in_circles_ends_when_it_has_settled() -> None:
    assert Perceptron().fit(*XOR).n_iter_ * len(XOR[1]) == 1000
    # A loss that stays the same is less than the best one by 0.
    model = Perceptron(tol=0, max_iter=300, shuffle=False, warm_start=True).fit(*XOR)
    assert model.fit(*XOR).n_iter_ == 300


@pytest.mark.parametrize("weights", [None, np.linspace(0, 2, 240)], ids=["alike", "weighted"])
def test_the_loss_of_a_point_is_the_sum_of_its_lines_losses(weights: Any) -> None:
    lines = start(4, 64)
    # Steps so small that no line has moved where the next point is asked.
    model = Perceptron(eta0=1e-12, max_iter=1, shuffle=False, tol=None)
    model.fit(DIGITS_X, DIGITS_Y, sample_weight=weights, **lines)
    signs = np.where(DIGITS_Y[:, None] == np.arange(4), 1, -1)
    logits = DIGITS_X @ lines["coef_init"].T + lines["intercept_init"]
    losses = np.maximum(0, -signs * logits).sum(axis=1)
    if weights is not None:
        # As in scikit-learn, a weight counts in steps; a point without one is not asked.
        losses *= weights > 0
    assert model.history_["loss"] == pytest.approx([losses.mean()], rel=1e-7)


class Counting:
    """A callback that counts epochs, and stops after some."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.mistakes: list[float] = []
        self.stop_after = stop_after

    def setup(self, estimator: Any, context: Any) -> None:
        pass

    def on_fit_task_begin(self, estimator: Any, context: Any) -> None:
        pass

    def on_fit_task_end(
        self, estimator: Any, context: Any, *, fitted_estimator: Any = None
    ) -> bool:
        if context.parent is not None:
            self.mistakes.append(fitted_estimator.history_["mistakes"][-1])
        return len(self.mistakes) == self.stop_after

    def teardown(self, estimator: Any, context: Any) -> None:
        pass


def test_callbacks_hear_of_every_epoch() -> None:
    counting = Counting()
    model = Perceptron().set_callbacks(counting).fit(CANCER_X, CANCER_Y)
    assert counting.mistakes == model.mistakes_curve_
    stopping = Counting(stop_after=3)
    model.set_callbacks(stopping, ProgressBar()).fit(CANCER_X, CANCER_Y)
    assert model.n_iter_ == 3


def test_verbose_prints_each_epoch(capsys: pytest.CaptureFixture[str]) -> None:
    model = Perceptron(verbose=1).fit(*STUDENTS)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == model.n_iter_
    assert lines[-1].startswith(f"Iteration {model.n_iter_}, ")
    assert lines[-1].endswith("loss = 0.00000000, mistakes = 0.00000000")


def test_float32_with_weights_and_penalty() -> None:
    model = Perceptron(penalty="elasticnet", class_weight="balanced")
    model.fit(CANCER_X.astype(np.float32), CANCER_Y, sample_weight=WEIGHTS)
    assert model.coef_.dtype == model.intercept_.dtype == np.float32


@pytest.mark.long_on_reference
def test_grid_search_over_penalties() -> None:
    search = GridSearchCV(Perceptron(max_iter=20), {"penalty": [None, "l1", "l2"]}, cv=3, n_jobs=1)
    assert search.fit(CANCER_X, CANCER_Y).best_score_ > 0.9


@pytest.mark.parametrize(
    ("settings", "arguments", "message"),
    [
        ({}, {"sample_weight": [1, -1, 1]}, "Negative values"),
        ({}, {"sample_weight": [1, 1]}, "sample_weight"),
        ({}, {"coef_init": [[1, 2, 3]]}, r"coef_init has the shape \(1, 3\)"),
        ({}, {"intercept_init": [1, 2]}, r"intercept_init has the shape \(2,\)"),
        ({"early_stopping": True}, {}, "class"),
        ({"class_weight": {"x": 1}}, {}, "not in class_weight"),
    ],
)
def test_bad_arguments(settings: dict[str, Any], arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Perceptron(**settings).fit(*STUDENTS, **arguments)


@pytest.mark.parametrize(
    "setting",
    [{"penalty": "l3"}, {"alpha": -1}, {"l1_ratio": 2}, {"tol": -1}, {"validation_fraction": 1}],
    ids=str,
)
def test_settings_out_of_range(setting: dict[str, Any]) -> None:
    name = next(iter(setting))
    with pytest.raises(InvalidParameterError, match=f"The '{name}' parameter of Perceptron must"):
        Perceptron(**setting).fit(*STUDENTS)


def test_partial_fit_refuses() -> None:
    X, y = STUDENTS
    with pytest.raises(ValueError, match="early_stopping should be False"):
        Perceptron(early_stopping=True).partial_fit(X, y, classes=[0, 1])
    with pytest.raises(ValueError, match="give the weights as a dict"):
        Perceptron(class_weight="balanced").partial_fit(X, y, classes=[0, 1])
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        Perceptron().partial_fit(X, y)
    with pytest.raises(ValueError, match="only one class"):
        Perceptron().partial_fit(X, [1, 1, 1], classes=[1])
    model = Perceptron().partial_fit(X, y, classes=[0, 1])
    with pytest.raises(ValueError, match=r"not in `self.classes_`"):
        model.partial_fit(X, [0, 1, 2])
    with pytest.raises(ValueError, match="expecting 2 features"):
        model.partial_fit([[1, 2, 3]], [1])


def test_overflow_is_told() -> None:
    with pytest.raises(ValueError, match="scale the features"):
        Perceptron(eta0=1e308).fit(*STUDENTS)
