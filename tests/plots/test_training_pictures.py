"""Loss curves, Mount Errorest, the staircase, activations."""

import gc
import weakref
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.naive_bayes import GaussianNB

from errorest import (
    LogisticRegression,
    MLPClassifier,
    Perceptron,
    TableClassifier,
    datasets,
)
from errorest.engine import loss_and_gradient
from errorest.estimators import TabularMLPClassifier
from errorest.exceptions import PictureError
from errorest.maths import ACTIVATIONS, log_loss, relu
from errorest.network.dense_form import PartialActivation
from errorest.plots import (
    ActivationDisplay,
    ErrorCountingDisplay,
    ErrorSurfaceDisplay,
    LossCurveDisplay,
)
from errorest.plots.descent import record_descent, record_perceptron
from errorest.training import EarlyStopping

FRAME = datasets.load("admissions").frame
X, Y = FRAME[["test", "grades"]].to_numpy(), FRAME["admitted"].to_numpy()
SCALED = (X - X.mean(axis=0)) / X.std(axis=0)
DESCENT = LogisticRegression(solver="sgd", learning_rate_init=0.5, max_iter=30)


def test_loss_curves_mark_the_chosen_epoch() -> None:
    network = MLPClassifier(
        (8,),
        learning_rate_init=0.05,
        early_stopping=EarlyStopping("validation_loss", patience=5),
        random_state=0,
    )
    display = LossCurveDisplay.from_estimator(network.fit(SCALED, Y))
    training, validation = display.lines_
    np.testing.assert_array_equal(training.get_ydata(), network.history_["loss"])
    losses = network.history_["validation_loss"]
    np.testing.assert_array_equal(validation.get_ydata(), losses)
    assert display.chosen_ is not None
    marked = np.ravel(display.chosen_.get_xydata())
    np.testing.assert_array_equal(marked, [network.best_epoch_, min(losses)])
    assert network.best_epoch_ < network.n_iter_


@pytest.mark.parametrize(
    ("early_stopping", "curve", "words"),
    [
        (True, "validation_accuracy", "validation accuracy"),
        (EarlyStopping(), "validation_loss", "validation loss"),
        (EarlyStopping("loss"), "loss", "training loss"),
        (EarlyStopping(scoring="roc_auc"), "validation_roc_auc", "validation roc_auc"),
    ],
)
def test_what_chose_the_epoch_is_named(
    early_stopping: bool | EarlyStopping, curve: str, words: str
) -> None:
    model = MLPClassifier(
        (8,), early_stopping=early_stopping, learning_rate_init=0.02, max_iter=500, random_state=0
    )
    display = LossCurveDisplay.from_estimator(model.fit(SCALED, Y))
    values = model.history_[curve]
    best = np.argmin(values) if curve.endswith("loss") else np.argmax(values)
    assert display.chosen_ is not None
    assert display.chosen_.get_label() == f"chosen epoch {best + 1} (best {words})"


def test_the_last_epoch_was_not_chosen_by_a_curve() -> None:
    model = MLPClassifier((4,), solver="lbfgs", random_state=0).fit(SCALED, Y)
    display = LossCurveDisplay.from_estimator(model)
    assert display.chosen_ is not None
    assert display.chosen_.get_label() == f"last epoch {model.n_iter_}"


def test_a_perceptron_has_a_curve_of_mistakes() -> None:
    perceptron = Perceptron().fit([[9, 8], [3, 4], [7, 6]], [1, 0, 1])
    display = LossCurveDisplay.from_estimator(perceptron)
    np.testing.assert_array_equal(display.lines_[0].get_ydata(), perceptron.mistakes_curve_)
    assert display.ax_.get_ylabel() == "mistakes"
    with pytest.raises(ValueError, match="no curve of its training"):
        LossCurveDisplay.from_estimator(object())


def test_recorded_networks_are_those_of_the_training() -> None:
    networks = record_descent(DESCENT, SCALED, Y).networks
    with pytest.warns(match="hasn't converged"):
        fitted = LogisticRegression(**DESCENT.get_params()).fit(SCALED, Y)
    assert len(networks) == 1 + 30
    np.testing.assert_array_equal(networks[-1].parameters, fitted.network_.parameters)
    with pytest.raises(ValueError, match="does not descend"):
        record_descent(GaussianNB(), X, Y)


def test_the_networks_of_a_descent_are_let_go_with_it() -> None:
    descent = record_descent(DESCENT, SCALED, Y)
    network = weakref.ref(descent.networks[1])
    del descent
    gc.collect()
    assert network() is None


@pytest.mark.parametrize("solver", ["sgd", "lbfgs", "newton-cholesky"])
def test_a_descent_starts_before_its_first_step(solver: str) -> None:
    model = LogisticRegression(solver=solver, learning_rate_init=50, max_iter=5)
    display = ErrorSurfaceDisplay.from_estimator(model, SCALED, Y, weights=(0, 1), resolution=3)
    np.testing.assert_array_equal(display.path[0], [0, 0])
    # Without weights every probability is 1/2.
    assert display.path_losses[0] == pytest.approx(np.log(2))
    (start,) = [line for line in display.ax_.lines if line.get_label() == "start"]
    np.testing.assert_array_equal(start.get_xydata(), [[0, 0]])


def test_the_first_step_of_a_network_goes_down_the_gradient_at_its_start() -> None:
    model = MLPClassifier(
        (3,),
        "tanh",
        solver="sgd",
        alpha=0,
        momentum=0,
        batch_size=len(X),
        learning_rate_init=0.1,
        max_iter=1,
        random_state=0,
    )
    start, after = record_descent(model, SCALED, Y).networks
    _, gradient = loss_and_gradient(start, SCALED, np.searchsorted(np.unique(Y), Y))
    np.testing.assert_allclose(after.parameters, start.parameters - 0.1 * gradient)


def test_the_networks_of_a_table_start_before_their_first_wave() -> None:
    model = TabularMLPClassifier(n_members=2, max_iter=1, random_state=0)
    start, after = record_descent(model, SCALED, Y).networks
    assert start.parameters.shape == after.parameters.shape
    # In the last layer of its start there is no weight yet.
    assert not start.parameters[-2:].any()


def test_recorded_perceptron_is_the_fitted_one() -> None:
    blobs = datasets.load("gaussians").frame
    points, labels = blobs[["x1", "x2"]].to_numpy(), blobs["label"].to_numpy()
    perceptron = Perceptron(eta0=0.1).fit(points, labels)
    steps = record_perceptron(perceptron, points, labels)
    np.testing.assert_array_equal(steps[-1].network.parameters, perceptron.network_.parameters)
    assert len(steps) - 1 == sum(perceptron.mistakes_curve_)
    assert steps[-1].caller is None
    with pytest.raises(ValueError, match="two classes, not 3"):
        record_perceptron(Perceptron().fit(np.eye(3), [0, 1, 2]), np.eye(3), [0, 1, 2])


def test_surface_is_the_loss_at_each_pair_of_weights() -> None:
    display = ErrorSurfaceDisplay.from_estimator(DESCENT, SCALED, Y, weights=(0, 2), resolution=7)
    network = record_descent(DESCENT, SCALED, Y).networks[-1]
    parameters = network.parameters.copy()
    parameters[0], parameters[2] = display.across[1], display.up[5]
    p = 1 / (1 + np.exp(-(SCALED @ parameters[:2] + parameters[2])))
    assert display.losses[5, 1] == pytest.approx(log_loss(p, Y == "yes"), rel=1e-9)
    np.testing.assert_allclose(display.path[-1], network.parameters[[0, 2]])


@pytest.mark.parametrize("kind", ["contour", "3d"])
def test_path_leads_down_mount_errorest(kind: str) -> None:
    display = ErrorSurfaceDisplay.from_estimator(
        DESCENT,
        SCALED,
        Y,
        kind=kind,  # type: ignore[arg-type] # pytest knows only str
        resolution=10,
    )
    assert (np.diff(display.path_losses) < 0).all()
    np.testing.assert_allclose(display.path[-1], 0, atol=1e-12)
    assert display.ax_.name == ("3d" if kind == "3d" else "rectilinear")
    if kind == "3d":
        # Below the surface, it would be hidden.
        heights: Any = display.path_
        assert (heights.get_data_3d()[2] > display._heights()).all()


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_directions_are_named_after_a_tables_columns_and_the_second_class() -> None:
    table = FRAME[["test", "grades"]]
    display = ErrorSurfaceDisplay.from_estimator(
        TableClassifier(DESCENT), table, Y, weights=(0, 1), resolution=3
    )
    assert display.direction_names == ("weight test → yes", "weight grades → yes")


def test_a_plain_can_be_drawn() -> None:
    places, path = np.linspace(-1, 1, 3), np.array([[0, 0], [1, 1]])
    ErrorSurfaceDisplay(places, places, np.ones((3, 3)), path, np.ones(2), ("a", "b")).plot()


def test_plane_of_the_path_goes_through_its_end() -> None:
    model = MLPClassifier((4,), "tanh", learning_rate_init=0.05, max_iter=40, random_state=0)
    networks = record_descent(model, SCALED, Y).networks
    targets = (Y == "yes").astype(float)
    display = ErrorSurfaceDisplay.from_path(networks, SCALED, targets, resolution=5)
    loss, _ = loss_and_gradient(networks[-1], SCALED, targets)
    assert display.path_losses[-1] == pytest.approx(loss)


def test_small_weights_leave_room_for_their_labels() -> None:
    across = np.linspace(-0.00035, 0.00135, 5)
    path = np.array([[0, 0], [0.001, 0.001]])
    losses = np.add.outer(across, across)
    names = ("weight x1 → yes", "weight x2 → yes")
    display = ErrorSurfaceDisplay(across, across, losses, path, path.sum(axis=1), names).plot()
    display.ax_.figure.draw_without_rendering()
    labels = [label.get_window_extent() for label in display.ax_.get_xticklabels()]
    assert all(left.x1 < right.x0 for left, right in pairwise(labels))


def test_on_a_slow_machine_the_mountain_warns_of_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    # matplotlib's clock: whatever it measures takes ten seconds.
    clock = count(step=10)
    monkeypatch.setattr("matplotlib.legend.time.perf_counter", lambda: next(clock))
    display = ErrorSurfaceDisplay.from_estimator(DESCENT, SCALED, Y, kind="3d")
    display.ax_.figure.draw_without_rendering()


@pytest.mark.parametrize("weights", [(0, 3), ("test", "grades")])
def test_surface_refuses_weights_that_are_not_there(weights: Any) -> None:
    with pytest.raises(ValueError, match="two different places from 0 to 2"):
        ErrorSurfaceDisplay.from_estimator(DESCENT, SCALED, Y, weights=weights)


def test_surface_refuses_a_kind_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="kind must be 'contour' or '3d', not '4d'"):
        ErrorSurfaceDisplay.from_estimator(
            DESCENT,
            SCALED,
            Y,
            kind="4d",  # type: ignore[arg-type] # there is none
            resolution=3,
        )


def test_counted_errors_are_flat_where_log_loss_falls() -> None:
    """EXAMPLES no 5."""
    model = LogisticRegression().fit(X, Y)
    display = ErrorCountingDisplay.from_estimator(model, X, Y)
    at = int(np.abs(display.values - display.weight).argmin())
    assert display.n_errors[at] == (model.predict(X) != Y).sum()
    assert display.log_losses[at] == pytest.approx(
        log_loss(model.predict_proba(X)[:, 1], Y == "yes"), rel=1e-3
    )
    flat = np.diff(display.n_errors) == 0
    assert flat.mean() > 0.8
    assert (np.diff(display.log_losses) != 0).all()


@pytest.mark.parametrize("weight", [3, "grades"])
def test_counted_errors_refuse_a_weight_that_is_not_there(weight: Any) -> None:
    with pytest.raises(ValueError, match="a place among the 3 weights and biases, from 0 to 2"):
        ErrorCountingDisplay.from_estimator(LogisticRegression().fit(X, Y), X, Y, weight=weight)


def test_counted_errors_refuse_rows_that_cannot_be_judged() -> None:
    model, gap = LogisticRegression().fit(X, Y), X.copy()
    gap[3, 1] = np.nan
    with pytest.raises(ValueError, match="Input X contains NaN"):
        ErrorCountingDisplay.from_estimator(model, gap, Y)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        ErrorCountingDisplay.from_estimator(model, X, Y[:-1])


def test_staircase_of_a_perceptron_has_its_log_loss_beside_it() -> None:
    perceptron = Perceptron().fit([[9, 8], [3, 4], [7, 6]], [1, 0, 1])
    display = ErrorCountingDisplay.from_estimator(perceptron, [[9, 8], [3, 4], [7, 6]], [1, 0, 1])
    assert display.n_errors.min() == 0
    assert (display.log_losses > 0).all()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_and_derivative(name: str) -> None:
    display = ActivationDisplay.from_activation(name)
    slope = np.gradient(display.outputs, display.logits)
    smooth = np.abs(np.diff(display.derivatives, prepend=np.nan, append=np.nan)[1:]) < 0.05
    smooth &= np.abs(display.logits) > 0.02
    np.testing.assert_allclose(slope[smooth], display.derivatives[smooth], atol=0.02)
    assert display.ax_.get_title() == name


def test_a_parametric_activation_is_drawn_as_its_units_have_it() -> None:
    """Of ReLU(-2) = 0 a quarter: -2 + 0.25 (0 + 2) = -1.5, and the slope 1 + 0.25 (0 - 1)."""
    activation = PartialActivation(relu, np.array([0.25, 1.5, 1.0]))
    display = ActivationDisplay.from_activation(activation)
    at = int(np.abs(display.logits + 2).argmin())
    np.testing.assert_allclose(display.outputs[at], [-1.5, 1, 0], atol=1e-12)
    np.testing.assert_allclose(display.derivatives[at], [0.75, -0.5, 0])
    assert np.asarray(display.output_line_.get_ydata())[at] == pytest.approx(0)
    band = np.asarray(display.ax_.collections[0].get_paths()[0].vertices)
    assert sorted({*band[np.isclose(band[:, 0], -2), 1].round(12)}) == [-1.5, 1]
    assert display.ax_.get_title() == "z + alpha (ReLU(z) - z), alpha from 0.25 to 1.50"


def test_own_activation_by_its_class_and_unknown_name() -> None:
    display = ActivationDisplay.from_activation(ACTIVATIONS["leaky_relu"])
    assert display.name == "LeakyReLU"
    with pytest.raises(ValueError, match="no activation 'swish'"):
        ActivationDisplay.from_activation("swish")


def test_a_function_without_derivative_is_refused() -> None:
    with pytest.raises(TypeError, match="'tanh'> has no derivative"):
        ActivationDisplay.from_activation(np.tanh)  # type: ignore[arg-type]


def test_a_picture_writes_no_checkpoint(tmp_path: Path) -> None:
    checkpoint = tmp_path / "run.npz"
    network = MLPClassifier((2,), max_iter=1, checkpoint=checkpoint)
    table = pd.DataFrame(SCALED, columns=["test", "grades"])
    for model, rows in (network, SCALED), (TableClassifier(network), table):
        record_descent(model, rows, Y)
    assert not checkpoint.exists()
    assert network.checkpoint == checkpoint


def test_a_table_is_encoded_and_recorded_in_one_training() -> None:
    table = pd.DataFrame(SCALED, columns=["test", "grades"])
    # Another training would draw other weights.
    descent = record_descent(TableClassifier(MLPClassifier((2,), max_iter=2)), table, Y)
    _, _, last = descent.networks
    fitted = descent.estimator.estimator_
    np.testing.assert_array_equal(last.parameters, fitted.network_.parameters)


def test_a_training_without_steps_has_no_way_down() -> None:
    with pytest.raises(PictureError, match="the training of this MLPClassifier took no step"):
        record_descent(MLPClassifier((2,), solver="lbfgs", tol=1e9, random_state=0), SCALED, Y)


@pytest.mark.filterwarnings("ignore:Perceptron made")
def test_of_very_many_calls_the_first_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Perceptron().fit(X, Y)
    every = record_perceptron(model, X, Y)
    assert every[-1].caller is None
    monkeypatch.setattr("errorest.plots.descent._MOST_CALLS", 3)
    first = record_perceptron(model, X, Y)
    assert [call.caller for call in first] == [call.caller for call in every[:3]]
    assert None not in [call.caller for call in first]
