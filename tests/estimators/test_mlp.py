"""The multi-layer perceptron, as scikit-learn's users know it, and what it adds."""

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sklearn.neural_network
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils._param_validation import InvalidParameterError

from errorest import LogisticRegression, MLPClassifier, engine
from errorest.exceptions import ErrorestWarning
from errorest.maths import (
    ACTIVATIONS,
    OPTIMIZERS,
    SCHEDULES,
    SGD,
    Activation,
    Adam,
    AdamW,
    Cosine,
    InverseScaling,
    Tanh,
    sigmoid,
)
from errorest.training import EarlyStopping
from tests.estimators.mlps import IRIS_X, IRIS_Y, MOONS_X, MOONS_Y, assert_same_network, mlp

# Many tests train too briefly to converge, on purpose.
pytestmark = pytest.mark.filterwarnings("ignore:Stochastic Optimizer")

XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])


@pytest.mark.parametrize("settings", [{"solver": "lbfgs"}, {"learning_rate_init": 0.1}], ids=str)
def test_exclusive_or(settings: dict[str, Any]) -> None:
    X, y = XOR
    model = mlp((8,), max_iter=500, **settings).fit(X, y)
    assert model.predict(X).tolist() == [0, 1, 1, 0]


def test_three_classes_with_names() -> None:
    names = np.array(["setosa", "versicolor", "virginica"])[IRIS_Y]
    model = mlp((8,), learning_rate_init=0.01).fit(IRIS_X, names)
    assert model.score(IRIS_X, names) > 0.95
    probabilities = model.predict_proba(IRIS_X)
    assert probabilities.shape == (150, 3)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_array_equal(model.predict(IRIS_X), model.classes_[probabilities.argmax(1)])
    np.testing.assert_allclose(model.predict_log_proba(IRIS_X), np.log(probabilities), rtol=1e-9)


def test_two_classes_share_a_logit() -> None:
    model = mlp((4,), max_iter=5).fit(MOONS_X, MOONS_Y)
    logits = model.decision_function(MOONS_X)
    assert logits.shape == (200,)
    np.testing.assert_allclose(model.predict_proba(MOONS_X)[:, 1], 1 / (1 + np.exp(-logits)))


@pytest.mark.filterwarnings("ignore:lbfgs failed to converge")
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_weights_of_another_network_can_be_put_in(solver: str) -> None:
    settings: dict[str, Any] = {"solver": solver, "max_iter": 3, "warm_start": True}
    one = mlp((4, 3), **settings).fit(IRIS_X, IRIS_Y)
    other = mlp((4, 3), random_state=1, **settings).fit(IRIS_X, IRIS_Y)
    other.coefs_ = one.coefs_
    for layer, bias in enumerate(one.intercepts_):
        other.intercepts_[layer] = bias
    np.testing.assert_array_equal(one.predict_proba(IRIS_X), other.predict_proba(IRIS_X))
    assert_same_network(one, other)
    with pytest.raises(ValueError, match="arrays of the shapes"):
        other.coefs_ = one.coefs_[:2]
    with pytest.raises(ValueError, match=r"\[\(4, 3\)\] are needed for the layers, not \[\(\)\]"):
        other.coefs_[1] = np.array(0.0)
    other.coefs_[:2] = [2 * weights for weights in one.coefs_[:2]]
    np.testing.assert_array_equal(other.coefs_[1], 2 * one.coefs_[1])
    other.coefs_ = one.coefs_
    with pytest.raises(NotFittedError):
        MLPClassifier().intercepts_ = one.intercepts_
    # Both go on from the same weights.
    other.set_params(max_iter=1).fit(IRIS_X, IRIS_Y)
    one.set_params(max_iter=1, random_state=1).fit(IRIS_X, IRIS_Y)
    np.testing.assert_array_equal(one.predict_proba(IRIS_X), other.predict_proba(IRIS_X))


def test_attributes_are_scikit_learns() -> None:
    ours = mlp((5, 4), max_iter=3).fit(IRIS_X, IRIS_Y)
    theirs = sklearn.neural_network.MLPClassifier((5, 4), max_iter=3).fit(IRIS_X, IRIS_Y)
    assert [w.shape for w in ours.coefs_] == [w.shape for w in theirs.coefs_]
    assert [b.shape for b in ours.intercepts_] == [b.shape for b in theirs.intercepts_]
    for name in ("n_iter_", "n_layers_", "n_outputs_", "out_activation_", "t_", "n_features_in_"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert len(ours.loss_curve_) == 3
    assert ours.loss_ == ours.loss_curve_[-1]
    assert ours.best_loss_ == min(ours.loss_curve_)
    assert ours.validation_scores_ is None
    assert ours.best_validation_score_ is None


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_same_probabilities_as_scikit_learn_for_the_same_weights(activation: str) -> None:
    theirs = sklearn.neural_network.MLPClassifier((5, 4), activation=activation, max_iter=3)
    theirs.fit(IRIS_X, IRIS_Y)
    ours = mlp((5, 4), activation, max_iter=1).fit(IRIS_X, IRIS_Y)
    for own, other in zip(
        ours.coefs_ + ours.intercepts_, theirs.coefs_ + theirs.intercepts_, strict=True
    ):
        own[...] = other
    np.testing.assert_allclose(ours.predict_proba(IRIS_X), theirs.predict_proba(IRIS_X), rtol=1e-10)


@pytest.mark.parametrize("alpha", [0.1, 1.0])
def test_lbfgs_finds_scikit_learns_minimum_without_hidden_layers(alpha: float) -> None:
    # Convex: one minimum. Weights of softmax are unique only because of the penalty.
    settings: dict[str, Any] = {"alpha": alpha, "solver": "lbfgs", "tol": 1e-7, "max_iter": 5000}
    ours = mlp((), **settings).fit(IRIS_X, IRIS_Y)
    theirs = sklearn.neural_network.MLPClassifier((), random_state=0, **settings)
    theirs.fit(IRIS_X, IRIS_Y)
    assert ours.loss_ == pytest.approx(theirs.loss_, rel=1e-6)
    np.testing.assert_allclose(ours.coefs_[0], theirs.coefs_[0], atol=0.005)


@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_loss_falls_like_scikit_learns(solver: str) -> None:
    # Full batch, so that only the random starts differ.
    settings: dict[str, Any] = {"solver": solver, "batch_size": 150, "learning_rate_init": 0.05}
    ours = mlp((30,), max_iter=60, **settings).fit(IRIS_X, IRIS_Y)
    theirs = sklearn.neural_network.MLPClassifier((30,), max_iter=60, random_state=0, **settings)
    theirs.fit(IRIS_X, IRIS_Y)
    assert ours.loss_ == pytest.approx(theirs.loss_, rel=0.3)


@pytest.mark.filterwarnings("ignore:lbfgs failed to converge")
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floating_type_stays(dtype: type[np.floating], solver: str) -> None:
    X = MOONS_X.astype(dtype)
    model = mlp((4,), solver=solver, tol=0.01).fit(X, MOONS_Y)
    assert all(array.dtype == dtype for array in model.coefs_ + model.intercepts_)
    assert model.predict_proba(X).dtype == dtype


@pytest.mark.parametrize("settings", [{"alpha": np.float64(0.1)}, {"beta_1": np.float64(0.9)}])
def test_float32_stays_float32_for_numpy_settings(settings: dict[str, Any]) -> None:
    model = mlp((4,), max_iter=3, **settings).fit(MOONS_X.astype(np.float32), MOONS_Y)
    assert model.coefs_[0].dtype == np.float32


def test_float32_stays_float32_for_numpy_settings_of_an_object() -> None:
    model = mlp((4,), solver=SGD(momentum=np.float64(0.9)), max_iter=3)
    assert model.fit(MOONS_X.astype(np.float32), MOONS_Y).coefs_[0].dtype == np.float32


def test_sample_weight_repeats_rows() -> None:
    repeats = np.random.default_rng(0).integers(1, 4, size=150)
    settings: dict[str, Any] = {"solver": "lbfgs", "alpha": 1.0, "tol": 1e-9, "max_iter": 5000}
    weighted = mlp((), **settings).fit(IRIS_X, IRIS_Y, repeats)
    repeated = mlp((), **settings).fit(
        np.repeat(IRIS_X, repeats, axis=0), np.repeat(IRIS_Y, repeats)
    )
    np.testing.assert_allclose(weighted.coefs_[0], repeated.coefs_[0], atol=1e-5)


def test_rows_without_weight_do_not_count() -> None:
    weights = (IRIS_X[:, 0] > 0).astype(float)
    flipped = np.where(weights > 0, IRIS_Y, 2 - IRIS_Y)
    model = mlp((8,), max_iter=5).fit(IRIS_X, IRIS_Y, weights)
    assert_same_network(model, mlp((8,), max_iter=5).fit(IRIS_X, flipped, weights))


def test_penalty_is_relative_to_the_sum_of_the_weighted_losses() -> None:
    # Four copies of every row against four times the penalty.
    one = mlp((8,), alpha=4.0, max_iter=5).fit(IRIS_X, IRIS_Y, np.full(150, 4.0))
    other = mlp((8,), alpha=1.0, max_iter=5).fit(IRIS_X, IRIS_Y)
    np.testing.assert_allclose(one.network_.parameters, other.network_.parameters, rtol=1e-6)


def test_scale_of_the_weights_does_not_matter_without_penalty() -> None:
    weights = np.random.default_rng(0).uniform(0.5, 2, size=150)
    one = mlp((8,), alpha=0, max_iter=5).fit(IRIS_X, IRIS_Y, weights)
    other = mlp((8,), alpha=0, max_iter=5).fit(IRIS_X, IRIS_Y, 4 * weights)
    assert_same_network(one, other)


@pytest.mark.parametrize(
    "setting",
    [
        {"activation": "swish"},
        {"alpha": -1},
        {"batch_size": 0},
        {"beta_1": 1.0},
        {"early_stopping": "yes"},
        {"epsilon": 0.0},
        {"hidden_layer_sizes": 0},
        {"learning_rate": "slow"},
        {"learning_rate_init": 0.0},
        {"max_iter": 0},
        {"momentum": 1.1},
        {"n_iter_no_change": 0},
        {"solver": "newton"},
        {"validation_fraction": 1.0},
    ],
    ids=lambda setting: next(iter(setting)),
)
def test_settings_out_of_range(setting: dict[str, Any]) -> None:
    name = next(iter(setting))
    with pytest.raises(
        InvalidParameterError, match=f"The '{name}' parameter of MLPClassifier must be"
    ):
        mlp(**setting).fit(MOONS_X, MOONS_Y)


@pytest.mark.parametrize("sizes", [(0,), (4, 0), (-1,), (2.5,)], ids=str)
def test_layers_of_no_units(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="hidden_layer_sizes"):
        mlp(sizes, max_iter=1).fit(MOONS_X, MOONS_Y)


def test_a_curve_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match="validation_roc"):
        mlp(early_stopping=EarlyStopping("validation_roc")).fit(MOONS_X, MOONS_Y)


@pytest.mark.parametrize(
    ("by_name", "by_object"),
    [
        ({"activation": "tanh"}, {"activation": Tanh()}),
        ({"activation": "logistic"}, {"activation": sigmoid}),
        ({"solver": "adam", "beta_2": 0.9}, {"solver": Adam(beta_2=0.9)}),
        ({"solver": "sgd", "momentum": 0.5}, {"solver": SGD(0.5, nesterov=True)}),
        ({"solver": "adamw"}, {"solver": AdamW()}),
        (
            {"solver": "sgd", "learning_rate": "invscaling", "power_t": 0.3},
            {"solver": SGD(0.9, nesterov=True), "learning_rate": InverseScaling(0.3, 1, 200)},
        ),
        (
            {"early_stopping": True},
            {"early_stopping": EarlyStopping("validation_accuracy", 11, maximise=True)},
        ),
        ({"hidden_layer_sizes": 7}, {"hidden_layer_sizes": [7]}),
    ],
    ids=lambda setting: next(iter(setting)),
)
def test_an_object_in_a_names_place(by_name: dict[str, Any], by_object: dict[str, Any]) -> None:
    one, other = mlp(max_iter=5, **by_name), mlp(max_iter=5, **by_object)
    assert_same_network(one.fit(MOONS_X, MOONS_Y), other.fit(MOONS_X, MOONS_Y))


@pytest.mark.parametrize("activation", [*ACTIVATIONS, "logistic"])
def test_every_activation_by_name(activation: str) -> None:
    model = mlp((4,), activation, max_iter=3).fit(MOONS_X, MOONS_Y)
    assert np.isfinite(model.loss_)


@pytest.mark.filterwarnings("ignore:learning_rate='invscaling' has no effect")
@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("solver", OPTIMIZERS)
def test_every_solver_and_schedule_by_name(solver: str, schedule: str) -> None:
    model = mlp((8,), solver=solver, learning_rate=schedule, learning_rate_init=0.05, max_iter=20)
    assert model.fit(MOONS_X, MOONS_Y).loss_curve_[-1] < model.loss_curve_[0]


@dataclass(frozen=True)
class Squash(Activation):
    """A user's own activation: z / (1 + |z|)."""

    def __call__(self, logits: Any) -> Any:
        return logits / (1 + abs(logits))

    def derivative(self, logits: Any) -> Any:
        return 1 / (1 + abs(logits)) ** 2


@pytest.mark.filterwarnings("ignore:this training runs on the reference engine")
@pytest.mark.filterwarnings("ignore:lbfgs failed to converge")
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_users_own_activation(solver: str) -> None:
    model = mlp((16,), Squash(), solver=solver, learning_rate_init=0.05, max_iter=500)
    assert model.fit(MOONS_X, MOONS_Y).score(MOONS_X, MOONS_Y) > 0.97


def test_random_state() -> None:
    first, again = mlp(max_iter=3), mlp(max_iter=3)
    assert_same_network(first.fit(MOONS_X, MOONS_Y), again.fit(MOONS_X, MOONS_Y))
    assert first.loss_curve_ == again.loss_curve_
    other = mlp(max_iter=3, random_state=1).fit(MOONS_X, MOONS_Y)
    assert (first.network_.parameters != other.network_.parameters).all()


def test_random_state_object_moves_on() -> None:
    model = mlp(max_iter=1, random_state=np.random.RandomState(0))
    first = model.fit(MOONS_X, MOONS_Y).network_.parameters
    assert (first != model.fit(MOONS_X, MOONS_Y).network_.parameters).any()


def test_training_leaves_its_data_alone() -> None:
    X, y, weights = MOONS_X.copy(), MOONS_Y.copy(), np.ones(200)
    mlp(max_iter=2, early_stopping=True).fit(X, y, weights)
    np.testing.assert_array_equal(X, MOONS_X)
    np.testing.assert_array_equal(y, MOONS_Y)
    np.testing.assert_array_equal(weights, 1)


@pytest.mark.filterwarnings("ignore:this training runs on the reference engine")
@pytest.mark.parametrize("activation", ["gelu", Squash()], ids=["by name", "own"])
def test_pickle(activation: str | Activation) -> None:
    model = mlp((4,), activation, max_iter=3).fit(MOONS_X, MOONS_Y)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(MOONS_X), model.predict_proba(MOONS_X))
    assert dict(again.history_) == dict(model.history_)


@pytest.mark.filterwarnings("ignore:this training runs on the reference engine")
def test_clone_has_settings_but_no_network() -> None:
    settings = {"solver": AdamW(weight_decay=0.1), "early_stopping": EarlyStopping(patience=3)}
    model = mlp((4,), Squash(), max_iter=3, **settings).fit(MOONS_X, MOONS_Y)
    again = clone(model)
    assert again.get_params() == model.get_params()
    assert not hasattr(again, "network_")


def test_grid_search_in_a_pipeline() -> None:
    pipeline = make_pipeline(StandardScaler(), mlp((8,), max_iter=50, learning_rate_init=0.1))
    grid = {
        "mlpclassifier__activation": ["step", "tanh"],
        "mlpclassifier__solver": ["adam", AdamW(weight_decay=0.1)],
    }
    search = GridSearchCV(pipeline, grid, cv=3).fit(MOONS_X, MOONS_Y)
    assert search.best_params_["mlpclassifier__activation"] == "tanh"
    assert search.best_score_ > 0.9


@pytest.mark.parametrize("sizes", [("a",), (float("nan"),), [[3], [4]]])
def test_layers_that_are_no_numbers(sizes: Any) -> None:
    with pytest.raises(ValueError, match="hidden_layer_sizes"):
        mlp(sizes).fit(MOONS_X, MOONS_Y)


def test_options_that_lbfgs_cannot_follow(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="checkpoint"):
        mlp((4,), solver="lbfgs", checkpoint=tmp_path / "run.npz").fit(MOONS_X, MOONS_Y)
    with pytest.warns(UserWarning, match="early_stopping has no effect"):
        model = mlp((4,), solver="lbfgs", early_stopping=True, tol=1.0).fit(MOONS_X, MOONS_Y)
    assert model.history_.chosen_by is None


@pytest.mark.filterwarnings("ignore:lbfgs failed to converge")
@pytest.mark.parametrize("schedule", ["cosine", Cosine()])
@pytest.mark.parametrize("estimator", [MLPClassifier((4,)), LogisticRegression()])
def test_a_schedule_that_lbfgs_does_not_follow_is_told(estimator: Any, schedule: Any) -> None:
    model = clone(estimator).set_params(solver="lbfgs", learning_rate=schedule)
    with pytest.warns(ErrorestWarning, match="has no effect with solver='lbfgs'") as warned:
        model.fit(MOONS_X, MOONS_Y)
    told = next(one for one in warned if issubclass(one.category, ErrorestWarning))
    assert Path(told.filename) == Path(__file__)


@pytest.mark.skipif(engine.name == "reference", reason="the reference engine runs everything")
@pytest.mark.filterwarnings("ignore:lbfgs failed to converge")
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_what_the_compiled_engine_cannot_run_is_said_once(solver: str) -> None:
    with pytest.warns(ErrorestWarning, match="reference engine") as warned:
        mlp((4,), Squash(), solver=solver, tol=1.0).fit(MOONS_X, MOONS_Y)
    assert len([one for one in warned if issubclass(one.category, ErrorestWarning)]) == 1
    assert Path(warned[0].filename) == Path(__file__)


@pytest.mark.skipif(engine.name == "reference", reason="the reference engine runs everything")
def test_an_optimizer_of_ones_own_runs_on_the_reference_engine_and_it_is_said() -> None:
    class Descent(SGD):
        pass

    with pytest.warns(ErrorestWarning, match="has only Errorest's own activations, losses and opt"):
        mlp((4,), solver=Descent(), learning_rate_init=1e-9).fit(MOONS_X, MOONS_Y)
