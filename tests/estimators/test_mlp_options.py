"""What scikit-learn's users asked for: weights, dropout, losses, layers, options."""

import warnings
from typing import Any, cast

import numpy as np
import pytest
import sklearn.neural_network
from sklearn.base import clone
from sklearn.datasets import make_classification, make_moons, make_multilabel_classification
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.metrics import recall_score
from sklearn.model_selection import GridSearchCV, HalvingRandomSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.class_weight import compute_sample_weight

from errorest import MLPClassifier, engine
from errorest.exceptions import ErrorestWarning
from errorest.maths import (
    SGD,
    Activation,
    Adam,
    AdamW,
    FocalLoss,
    LabelSmoothing,
    relu,
    tanh,
)
from errorest.network import Dense
from errorest.training import EarlyStopping
from tests.estimators.mlps import assert_same_network

# Many tests train too briefly to converge, on purpose.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = make_moons(200, noise=0.2, random_state=0)
RARE_X, RARE_Y = make_classification(500, weights=[0.95], flip_y=0.02, random_state=0)
LABELS_X, LABELS_Y = make_multilabel_classification(150, n_classes=4, random_state=0)


def mlp(*arguments: Any, **settings: Any) -> MLPClassifier:
    defaults = {"learning_rate_init": 0.02, "max_iter": 20, "random_state": 0}
    return MLPClassifier(*arguments, **(defaults | settings))


@pytest.mark.parametrize("class_weight", ["balanced", {0: 1.0, 1: 19.0}], ids=str)
def test_class_weights_are_weights_of_the_rows(class_weight: Any) -> None:
    by_class = mlp((8,), class_weight=class_weight).fit(RARE_X, RARE_Y)
    by_row = mlp((8,)).fit(RARE_X, RARE_Y, compute_sample_weight(class_weight, RARE_Y))
    assert_same_network(by_class, by_row)
    found = recall_score(RARE_Y, by_class.predict(RARE_X))
    assert found > recall_score(RARE_Y, mlp((8,)).fit(RARE_X, RARE_Y).predict(RARE_X))


def test_class_weights_multiply_sample_weights() -> None:
    weights = np.random.default_rng(0).uniform(size=200)
    one = mlp(class_weight={0: 2.0, 1: 0.5}).fit(X, Y, weights)
    assert_same_network(one, mlp().fit(X, Y, weights * np.where(Y == 0, 2.0, 0.5)))


def test_class_weights_of_several_labels() -> None:
    weights = [{0: 1, 1: 2}, {0: 1, 1: 1}, {0: 3, 1: 1}, {0: 1, 1: 1}]
    one = mlp(class_weight=weights).fit(LABELS_X, LABELS_Y)
    rows = np.where(LABELS_Y[:, 0] == 1, 2.0, 1.0) * np.where(LABELS_Y[:, 2] == 0, 3.0, 1.0)
    assert_same_network(one, mlp().fit(LABELS_X, LABELS_Y, rows))


@pytest.mark.parametrize(
    ("weights", "message"),
    [(np.zeros(200), "non-zero"), (-np.ones(200), "Negative values"), (np.ones(9), "shape")],
    ids=["zero", "negative", "too few"],
)
def test_weights_out_of_range(weights: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        mlp().fit(X, Y, weights)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_numbers_that_are_none(bad: float) -> None:
    rows = X.copy()
    rows[3, 1] = bad
    with pytest.raises(ValueError, match=r"contains (NaN|infinity)"):
        mlp().fit(rows, Y)
    with pytest.raises(ValueError, match=r"contains (NaN|infinity)"):
        mlp().partial_fit(rows, Y, classes=[0, 1])


def test_dropout_is_in_the_layers_and_only_in_training() -> None:
    model = mlp((8, 4), dropout=[0.5, 0.25]).fit(X, Y)
    assert [layer.dropout for layer in model.network_.layers] == [0.5, 0.25, 0.0]
    np.testing.assert_array_equal(model.predict_proba(X), model.predict_proba(X))
    one_rate = mlp((8, 4), dropout=0.5).fit(X, Y)
    assert [layer.dropout for layer in one_rate.network_.layers] == [0.5, 0.5, 0.0]


def test_dropout_out_of_place() -> None:
    with pytest.raises(ValueError, match="dropout has 1 values for 2 hidden layers"):
        mlp((8, 4), dropout=[0.5]).fit(X, Y)
    with pytest.raises(ValueError, match="dropout must be at least 0 and less than 1"):
        mlp((8,), dropout=[1.5]).fit(X, Y)
    with pytest.raises(ValueError, match="dropout works step by step"):
        mlp(dropout=0.5, solver="lbfgs").fit(X, Y)


def test_an_activation_for_each_layer() -> None:
    model = mlp((8, 4), ["tanh", relu]).fit(X, Y)
    layers = cast(list[Dense], model.network_.layers[:2])
    assert [layer.activation for layer in layers] == [tanh, relu]
    assert_same_network(mlp((8, 4), "tanh").fit(X, Y), mlp((8, 4), [tanh, tanh]).fit(X, Y))


def test_activations_out_of_place() -> None:
    with pytest.raises(ValueError, match="activation has 1 values for 2 hidden layers"):
        mlp((8, 4), ["tanh"]).fit(X, Y)
    with pytest.raises(ValueError, match="has 3, which is neither a name nor an Activation"):
        mlp((4, 2), ["relu", 3]).fit(X, Y)
    with pytest.raises(ValueError, match="'swish', which is none of"):
        mlp((8,), ["swish"]).fit(X, Y)


class Swish(Activation):
    """A user's own: z sigmoid(z), with a derivative that may be wrong."""

    def __init__(self, factor: float) -> None:
        self.factor = factor

    def __call__(self, logits: Any) -> Any:
        return logits / (1 + np.exp(-logits))

    def derivative(self, logits: Any) -> Any:
        p = 1 / (1 + np.exp(-logits))
        return self.factor * p * (1 + logits * (1 - p))


def test_an_own_activation_is_checked_first() -> None:
    with pytest.raises(ValueError, match="the derivative of Swish is wrong: at the logit"):
        mlp((8,), Swish(2.0)).fit(X, Y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ErrorestWarning)
        assert mlp((8,), Swish(1.0), max_iter=100).fit(X, Y).score(X, Y) > 0.85
        assert clone(mlp((8,), Swish(1.0))).activation.factor == 1.0


def test_focal_loss_with_gamma_0_is_log_loss() -> None:
    for rows, targets in (
        (X, Y),
        (RARE_X, np.digitize(RARE_X[:, 0], [-1, 1])),
        (LABELS_X, LABELS_Y),
    ):
        focal = mlp((8,), loss=FocalLoss(gamma=0)).fit(rows, targets)
        plain = mlp((8,)).fit(rows, targets)
        np.testing.assert_allclose(
            focal.network_.parameters, plain.network_.parameters, rtol=1e-5, atol=1e-8
        )


def test_focal_loss_minds_hard_rows_more() -> None:
    # Half of log-loss at p = 1/2 becomes a quarter; easy rows count next to nothing.
    focal = mlp((8,), loss=FocalLoss(gamma=2), max_iter=200).fit(X, Y)
    plain = mlp((8,), max_iter=200).fit(X, Y)
    assert np.abs(focal.decision_function(X)).max() < np.abs(plain.decision_function(X)).max()
    assert focal.score(X, Y) > 0.85


def test_label_smoothing_is_a_change_of_the_targets() -> None:
    # With all rows alike, the likeliest probabilities are the mean of the softened targets.
    rows, classes = np.zeros((100, 1)), np.repeat([0, 1, 2], [80, 15, 5])
    model = mlp((), alpha=0, loss=LabelSmoothing(0.3), solver="lbfgs", tol=1e-9)
    model.fit(rows, classes)
    expected = 0.7 * np.array([0.8, 0.15, 0.05]) + 0.1
    np.testing.assert_allclose(model.predict_proba(rows[:1])[0], expected, rtol=1e-5)
    assert model.set_params(loss__amount=0.0).fit(rows, classes).predict_proba(rows[:1])[
        0
    ] == pytest.approx([0.8, 0.15, 0.05], rel=1e-5)


@pytest.mark.parametrize(
    ("targets", "expected"),
    [(np.repeat([0, 1], [80, 20]), [0.77, 0.23]), (np.tile([[1, 0]], (100, 1)), [0.95, 0.05])],
    ids=["two classes", "two labels"],
)
def test_label_smoothing_of_independent_outputs(targets: Any, expected: Any) -> None:
    rows = np.zeros((100, 1))
    model = mlp((), alpha=0, loss=LabelSmoothing(0.1), solver="lbfgs", tol=1e-9, max_iter=200)
    model.fit(rows, targets)
    if targets.ndim == 1:
        expected = [0.9 * 0.8 + 0.05, 0.9 * 0.2 + 0.05]
    np.testing.assert_allclose(model.predict_proba(rows[:1])[0], expected, rtol=1e-4)


def test_clipped_gradients_make_short_steps() -> None:
    # Each of 5 steps of plain descent is at most the learning rate times clip_norm long.
    settings: dict[str, Any] = {"learning_rate_init": 0.1, "batch_size": 200}
    before = mlp((8,), solver=SGD(), max_iter=1, **(settings | {"learning_rate_init": 1e-300}))
    start = before.fit(X, Y).network_.parameters
    clipped = mlp((8,), solver=SGD(clip_norm=0.01), max_iter=5, **settings).fit(X, Y)
    free = mlp((8,), solver=SGD(), max_iter=5, **settings).fit(X, Y)
    assert np.linalg.norm(clipped.network_.parameters - start) <= 5 * 0.1 * 0.01 * 1.0001
    assert np.linalg.norm(free.network_.parameters - start) > 5 * 0.1 * 0.01


def test_hidden_activations_are_those_of_the_trace() -> None:
    model = mlp((8, 4), ["tanh", "relu"]).fit(X, Y)
    first, second = model.activations(X)
    assert (first.shape, second.shape) == ((200, 8), (200, 4))
    np.testing.assert_allclose(first, np.tanh(X @ model.coefs_[0] + model.intercepts_[0]))
    traced = model.trace(X[:1])
    np.testing.assert_allclose(second[0], traced.layers[1].outputs, rtol=1e-12)


@pytest.mark.skipif(engine.name == "reference", reason="the reference engine has one thread")
def test_threads_are_limited_inside_and_only_inside() -> None:
    before, seen = engine.n_threads(), []

    def scorer(estimator: Any, X: Any, y: Any) -> float:
        seen.append(engine.n_threads())
        return 0.0

    stopping = EarlyStopping(scoring=scorer)
    one = mlp((8,), n_threads=1, early_stopping=stopping).fit(X, Y)
    assert set(seen) == {1}
    assert engine.n_threads() == before
    assert_same_network(one, mlp((8,), early_stopping=stopping).fit(X, Y))
    seen.clear()
    mlp((8,), n_threads=before + 1, early_stopping=stopping).partial_fit(X, Y, classes=[0, 1])
    assert seen == [before + 1]


def test_params_reach_into_options() -> None:
    model = mlp(solver=AdamW(), early_stopping=EarlyStopping())
    assert model.get_params()["solver__weight_decay"] == 0.01
    assert "solver__weight_decay" not in model.get_params(deep=False)
    shared = model.solver
    again = clone(model).set_params(solver__weight_decay=0.5, early_stopping__patience=3)
    assert again.solver == AdamW(weight_decay=0.5)
    assert again.early_stopping == EarlyStopping(patience=3)
    assert model.solver is shared
    assert shared == AdamW()
    model.set_params(solver=Adam(), solver__beta_2=0.9)
    assert model.solver == Adam(beta_2=0.9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"solver__weight_decay": 0.1}, r"solver is 'adam', with no fields"),
        ({"early_stopping__patienc": 3}, "with the fields monitor, patience"),
        ({"solvr__beta_1": 0.1}, "Invalid parameter solvr__beta_1"),
        ({"solvr": "adam"}, "Invalid parameter 'solvr'"),
    ],
    ids=["a name", "a field", "a setting's field", "a setting"],
)
def test_params_that_do_not_exist(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        mlp(early_stopping=EarlyStopping()).set_params(**change)


def test_params_change_all_or_none() -> None:
    model = mlp(solver=Adam(), alpha=0.5)
    with pytest.raises(ValueError, match="no_such_field"):
        model.set_params(alpha=5.0, solver__beta_1=0.5, solver__no_such_field=1)
    assert (model.alpha, model.solver) == (0.5, Adam())


def test_a_search_over_fields_of_options() -> None:
    pipeline = make_pipeline(StandardScaler(), mlp((8,), solver=AdamW()))
    grid = {
        "mlpclassifier__solver__beta_2": [0.9, 0.999],
        "mlpclassifier__solver__weight_decay": [0.0, 100.0],
    }
    search = GridSearchCV(pipeline, grid, cv=2).fit(X, Y)
    assert search.best_params_["mlpclassifier__solver__weight_decay"] == 0.0
    assert search.best_estimator_[-1].solver.weight_decay == 0.0


def test_a_halving_search() -> None:
    search = HalvingRandomSearchCV(
        mlp((4,), solver=Adam(), learning_rate_init=0.2),
        {"solver__beta_1": [0.5, 0.9], "alpha": [1e-4, 1e-2]},
        resource="max_iter",
        min_resources=4,
        max_resources=8,
        n_candidates=2,
        factor=2,
        cv=2,
        random_state=0,
    )
    search.fit(X, Y)
    assert search.n_resources_ == [4, 8]
    assert search.best_score_ > 0.7


@pytest.mark.parametrize("solver", ["sgd", "lbfgs"])
def test_verbose(solver: str, capsys: pytest.CaptureFixture[str]) -> None:
    model = mlp((4,), solver=solver, max_iter=3, verbose=True).fit(X, Y, validation=(X, Y))
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].startswith(f"Iteration 3, loss = {model.loss_:.8f}, validation_loss = ")
    assert len(lines) == 3
    model.set_params(verbose=False).fit(X, Y, validation=(X, Y))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("values", [(0, 2), (-1, 1)])
def test_several_labels_are_0_or_1(values: tuple[int, int]) -> None:
    """A matrix of any two numbers is an indicator to scikit-learn's checks."""
    with pytest.raises(ValueError, match="must be a matrix of 0 and 1, but holds"):
        mlp((4,)).fit(LABELS_X, np.array(values)[LABELS_Y])


def test_several_labels_like_scikit_learn() -> None:
    settings: dict[str, Any] = {"solver": "lbfgs", "alpha": 1.0, "tol": 1e-7, "max_iter": 5000}
    ours = mlp((), **settings).fit(LABELS_X, LABELS_Y)
    theirs = sklearn.neural_network.MLPClassifier((), random_state=0, **settings)
    theirs.fit(LABELS_X, LABELS_Y)
    assert ours.loss_ == pytest.approx(theirs.loss_, rel=1e-6)
    np.testing.assert_allclose(
        ours.predict_proba(LABELS_X), theirs.predict_proba(LABELS_X), atol=0.002
    )
    np.testing.assert_array_equal(ours.classes_, theirs.classes_)
    assert ours.out_activation_ == theirs.out_activation_ == "logistic"


@pytest.mark.parametrize("mode", ["adaptive", "invscaling", "constant"])
def test_learning_rates_like_scikit_learns(mode: str) -> None:
    # Full batches from the same start: the same losses, epoch by epoch.
    settings: dict[str, Any] = {"solver": "sgd", "learning_rate": mode, "batch_size": 200}
    settings |= {"learning_rate_init": 0.5, "n_iter_no_change": 2, "tol": 5e-3, "max_iter": 300}
    theirs = sklearn.neural_network.MLPClassifier(
        (4,), "tanh", warm_start=True, random_state=1, **settings
    )
    theirs.max_iter = 1
    theirs.fit(X, Y)
    ours = mlp((4,), "tanh", warm_start=True, **(settings | {"max_iter": 1})).fit(X, Y)
    for own, other in zip(
        ours.coefs_ + ours.intercepts_, theirs.coefs_ + theirs.intercepts_, strict=True
    ):
        own[...] = other
    theirs.loss_curve_, theirs.best_loss_, theirs._no_improvement_count = [], np.inf, 0
    theirs.t_ = 0
    theirs.set_params(max_iter=300).fit(X, Y)
    ours.set_params(max_iter=300).fit(X, Y)
    n = min(len(theirs.loss_curve_), ours.n_iter_, 60)
    assert n >= 10
    np.testing.assert_allclose(ours.loss_curve_[1 : n + 1], theirs.loss_curve_[:n], rtol=1e-6)
    assert ours.n_iter_ == theirs.n_iter_


@pytest.mark.parametrize("mode", ["adaptive", "invscaling"])
def test_modes_that_adam_ignores_are_told(mode: str) -> None:
    with pytest.warns(ErrorestWarning, match="has no effect with solver='adam'"):
        one = mlp((4,), learning_rate=mode).fit(X, Y)
    assert_same_network(one, mlp((4,)).fit(X, Y))


def test_a_batch_larger_than_the_table_is_told() -> None:
    with pytest.warns(UserWarning, match="It is going to be clipped"):
        one = mlp((4,), batch_size=1000).fit(X, Y)
    assert_same_network(one, mlp((4,), batch_size=200).fit(X, Y))


def test_one_class_is_learned_like_scikit_learn() -> None:
    model = mlp((4,), early_stopping=True).fit(X, np.full(200, "only"))
    assert set(model.predict(X)) == {"only"}
    np.testing.assert_array_equal(model.predict_proba(X), np.ones((200, 1)))
