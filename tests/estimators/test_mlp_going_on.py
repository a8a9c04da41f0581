"""Trainings that go on: warm_start and partial_fit, by epochs and with L-BFGS."""

import pickle
from typing import Any

import numpy as np
import pytest
import sklearn.neural_network
from sklearn.base import clone
from sklearn.datasets import make_moons, make_multilabel_classification

from errorest import MLPClassifier, load, save
from errorest.exceptions import ErrorestWarning
from errorest.maths import AdamW
from errorest.training import EarlyStopping
from tests.estimators.mlps import assert_same_network

# Many tests train too briefly to converge, on purpose.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = make_moons(200, noise=0.2, random_state=0)
VAL = make_moons(100, noise=0.2, random_state=1)


def mlp(**settings: Any) -> MLPClassifier:
    defaults = {"learning_rate_init": 0.02, "batch_size": 32, "random_state": 0}
    return MLPClassifier((8,), **(defaults | settings))


def test_adam_goes_on_from_a_minimum_where_lbfgs_made_no_step() -> None:
    model = MLPClassifier((4,), solver="lbfgs", tol=1e9, random_state=0).fit(X, Y)
    assert model.n_iter_ == 0
    model.set_params(solver="adam", warm_start=True, max_iter=3, n_iter_no_change=3)
    model.fit(X, Y)
    assert model.best_epoch_ == len(model.loss_curve_) == 3


@pytest.mark.parametrize("solver", ["adam", "sgd", AdamW(weight_decay=0.1)], ids=str)
def test_as_many_partial_fits_as_epochs_give_the_same_bits(solver: Any) -> None:
    whole = mlp(solver=solver, max_iter=7).fit(X, Y)
    parts = mlp(solver=solver)
    for _ in range(7):
        parts.partial_fit(X, Y, classes=[0, 1])
    assert_same_network(whole, parts)
    assert parts.loss_curve_ == whole.loss_curve_
    assert (parts.n_iter_, parts.t_, parts.best_epoch_) == (1, 1400, 7)


def test_partial_fit_goes_on_after_fit_and_after_a_file(tmp_path: Any) -> None:
    whole = mlp(max_iter=8).fit(X, Y)
    begun = mlp(max_iter=7).fit(X, Y)
    save(begun, tmp_path / "begun.skops")
    for model in (begun, load(tmp_path / "begun.skops"), pickle.loads(pickle.dumps(begun))):
        if model is not begun:
            assert_same_network(model.partial_fit(X, Y), whole)
    assert_same_network(begun.partial_fit(X, Y), whole)
    assert begun.t_ == whole.t_


def test_partial_fit_goes_on_though_the_loss_has_stalled() -> None:
    model = mlp(learning_rate_init=1e-9, n_iter_no_change=2).fit(X, Y)
    assert (model.stopped_, model.n_iter_) == (True, 1 + 2 + 1)
    for n_epochs in range(5, 10):
        before = model.network_.parameters
        model.partial_fit(X, Y)
        assert (model.network_.parameters != before).any()
        assert len(model.loss_curve_) == n_epochs


def test_partial_fit_goes_on_from_the_network_that_was_kept() -> None:
    stopping = EarlyStopping("validation_loss", patience=3, tol=0)
    model = mlp(early_stopping=stopping, learning_rate_init=0.5).fit(X, Y, validation=VAL)
    kept = model.network_.parameters
    model.set_params(early_stopping=False, learning_rate_init=1e-12).partial_fit(X, Y)
    np.testing.assert_allclose(model.network_.parameters, kept, rtol=0, atol=1e-10)


def test_partial_fit_with_an_optimizer_that_remembers_more() -> None:
    model = mlp(solver="sgd", batch_size=200, alpha=0).partial_fit(X, Y, classes=[0, 1])
    before = model.network_.parameters
    model.set_params(solver="adam").partial_fit(X, Y)
    # Adam's first step is the learning rate, whatever the slope.
    steps = np.abs(model.network_.parameters - before)
    np.testing.assert_allclose(steps[steps > 0], 0.02, rtol=1e-3)


def test_partial_fit_keeps_the_type_of_the_first_rows() -> None:
    model = mlp().partial_fit(X.astype(np.float32), Y, classes=[0, 1])
    single = pickle.loads(pickle.dumps(model)).partial_fit(X.astype(np.float32), Y)
    assert_same_network(model.partial_fit(X, Y), single)
    assert model.coefs_[0].dtype == np.float32


def test_partial_fit_of_parts_of_other_sizes_counts_their_steps() -> None:
    # Where the gradient does not change, unbiased means make each of Adam's steps the learning
    # rate; so the bias of one class moves by it at every step, however large the parts are.
    model = MLPClassifier((), alpha=0, batch_size=1, learning_rate_init=1e-6, random_state=0)
    rows, ones = np.zeros((100, 1)), np.ones(100, dtype=int)
    places = []
    for n_rows in (100, 1, 7, 60):
        model.partial_fit(rows[:n_rows], ones[:n_rows], classes=[0, 1])
        places.append(model.intercepts_[0].item())
    np.testing.assert_allclose(np.diff(places), 1e-6 * np.array([1, 7, 60]), rtol=0.05)


def test_classes_of_partial_fit() -> None:
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        mlp().partial_fit(X, Y)
    model = mlp().partial_fit(X, Y, classes=[0, 1, 2])
    assert model.predict_proba(X).shape == (200, 3)
    with pytest.raises(ValueError, match="is not the same as on last call"):
        model.partial_fit(X, Y, classes=[0, 1])
    unknown = r"`y` has classes not in `self.classes_`.*first call to partial_fit"
    with pytest.raises(ValueError, match=unknown):
        model.partial_fit(X, Y + 5)
    with pytest.raises(ValueError, match="X has 1 features"):
        model.partial_fit(X[:, :1], Y)


def test_partial_fit_of_several_labels() -> None:
    rows, labels = make_multilabel_classification(100, n_classes=4, random_state=0)
    parts = mlp()
    for _ in range(5):
        parts.partial_fit(rows, labels, classes=range(4))
    assert parts.predict_proba(rows).shape == (100, 4)
    assert_same_network(parts, mlp(max_iter=5).fit(rows, labels))


def test_partial_fit_keeps_the_best_network_and_stops() -> None:
    # scikit-learn refuses early stopping here.
    model = mlp(early_stopping=EarlyStopping(patience=3, tol=0), learning_rate_init=0.3)
    rows = {"classes": [0, 1], "validation": VAL}
    for _ in range(200):
        model.partial_fit(X, Y, **rows)
        if model.stopped_:
            break
    losses = model.history_["validation_loss"]
    assert len(losses) < 200
    assert model.best_epoch_ == int(np.argmin(losses)) + 1 == len(losses) - 3
    kept = model.network_.parameters.copy()
    with pytest.warns(ErrorestWarning, match="leaves the network as it is"):
        model.partial_fit(X, Y, **rows)
    np.testing.assert_array_equal(model.network_.parameters, kept)


def test_partial_fit_sets_rows_of_each_part_aside() -> None:
    model = mlp(early_stopping=True).partial_fit(X, Y, classes=[0, 1])
    assert model.t_ == 180
    assert len(model.validation_scores_ or []) == 1


def test_partial_fit_is_not_for_lbfgs_nor_for_balanced_classes() -> None:
    with pytest.raises(AttributeError, match="no attribute 'partial_fit'") as missing:
        mlp(solver="lbfgs").partial_fit(X, Y, classes=[0, 1])
    assert "which solver='lbfgs' has not: use 'adam' or 'sgd'" in str(missing.value.__cause__)
    with pytest.raises(ValueError, match="class_weight='balanced' needs all rows"):
        mlp(class_weight="balanced").partial_fit(X, Y, classes=[0, 1])


def test_warm_start_begins_where_the_last_fit_ended() -> None:
    model = mlp(warm_start=True, max_iter=3).fit(X, Y)
    first = list(model.loss_curve_)
    model.fit(X, Y)
    assert model.loss_curve_[:3] == first
    assert model.loss_curve_[3] < first[0]
    assert (model.n_iter_, len(model.loss_curve_), model.t_) == (3, 6, 1200)
    assert model.best_epoch_ == 6
    cold = clone(model).set_params(warm_start=False).fit(X, Y).fit(X, Y)
    assert cold.loss_curve_ == first


def test_warm_start_of_lbfgs_that_has_converged_stays_there() -> None:
    settings = {"solver": "lbfgs", "alpha": 1.0, "activation": "tanh", "max_iter": 2000}
    ours = mlp(**settings, warm_start=True).fit(X, Y)
    loss = ours.loss_
    ours.fit(X, Y)
    theirs = sklearn.neural_network.MLPClassifier((8,), warm_start=True, random_state=0, **settings)
    theirs.fit(X, Y).fit(X, Y)
    assert ours.n_iter_ == theirs.n_iter_ == 0
    assert ours.loss_ == ours.best_loss_ == pytest.approx(loss, rel=1e-6)


def test_warm_start_counts_like_scikit_learn() -> None:
    ours = mlp(warm_start=True, max_iter=3).fit(X, Y).fit(X, Y)
    theirs = sklearn.neural_network.MLPClassifier(
        (8,), batch_size=32, warm_start=True, max_iter=3, random_state=0
    )
    theirs.fit(X, Y).fit(X, Y)
    for name in ("n_iter_", "t_", "n_layers_", "n_outputs_", "out_activation_"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert len(ours.loss_curve_) == len(theirs.loss_curve_)
    for model in (ours, theirs):
        model.set_params(solver="lbfgs").fit(X, Y)
    assert ours.t_ == theirs.t_ == 1200


def test_warm_start_needs_the_same_shapes_and_classes(tmp_path: Any) -> None:
    model = mlp(warm_start=True, max_iter=1).fit(X, Y)
    with pytest.raises(ValueError, match="warm_start can only be used where `y` has the same"):
        model.fit(X, Y + 1)
    with pytest.raises(ValueError, match="X has 1 features"):
        model.fit(X[:, :1], Y)
    with pytest.raises(ValueError, match="hidden_layer_sizes are no longer those"):
        model.set_params(hidden_layer_sizes=(5,)).fit(X, Y)
    with pytest.raises(ValueError, match="checkpoint goes on with an interrupted training"):
        mlp(warm_start=True, checkpoint=tmp_path / "run.npz").fit(X, Y)
