"""Validation rows: the user's own, or set aside."""

from typing import Any

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.datasets import make_moons
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from errorest import MLPClassifier
from errorest.estimators.labels import Labels
from errorest.estimators.validation import set_aside
from errorest.maths.label_smoothing import LabelSmoothing
from errorest.training import EarlyStopping, Samples

X, Y = make_moons(200, noise=0.2, random_state=0)
TRAIN, VAL = (X[:150], Y[:150]), (X[150:], Y[150:])

pytestmark = pytest.mark.filterwarnings("ignore:Stochastic Optimizer")


def mlp(**settings: Any) -> MLPClassifier:
    return MLPClassifier((8,), **({"random_state": 0, "max_iter": 20} | settings))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_own_rows_are_measured_after_each_epoch_and_never_trained_on(solver: str) -> None:
    model = mlp(solver=solver).fit(*TRAIN, validation=VAL)
    alone = mlp(solver=solver).fit(*TRAIN)
    np.testing.assert_array_equal(model.network_.parameters, alone.network_.parameters)
    assert len(model.history_["validation_loss"]) == model.n_iter_
    assert model.history_["validation_accuracy"][-1] == model.score(*VAL)
    # Nobody chose by them.
    assert model.best_loss_ == min(model.loss_curve_)
    assert model.history_.chosen_by is None


def test_own_rows_come_in_the_type_of_the_training_rows() -> None:
    single = TRAIN[0].astype(np.float32), TRAIN[1]
    model = mlp().fit(*single, validation=VAL)
    alike = mlp().fit(*single, validation=(VAL[0].astype(np.float32), VAL[1]))
    assert model.history_ == alike.history_


def test_early_stopping_watches_own_rows() -> None:
    stopping = EarlyStopping("validation_loss", patience=3, tol=0)
    model = mlp(early_stopping=stopping, learning_rate_init=0.5, max_iter=200)
    model.fit(*TRAIN, validation=VAL)
    assert model.stopped_
    assert model.t_ == 150 * model.n_iter_
    assert model.best_epoch_ == int(np.argmin(model.history_["validation_loss"])) + 1


def test_weights_of_own_rows_count() -> None:
    weights = np.where(Y[150:] == 1, 1.0, 0.0)
    model = mlp().fit(*TRAIN, validation=(*VAL, weights))
    of_ones = X[150:][Y[150:] == 1]
    share = (model.predict(of_ones) == 1).mean()
    assert model.history_["validation_accuracy"][-1] == pytest.approx(share)


@pytest.mark.parametrize(
    ("validation", "message"),
    [
        ((X[:, :1], Y), "validation does not fit the training rows: X has 1 features, but"),
        ((X, Y + 1), "validation does not fit the training rows: `y` has classes not in"),
        ((X, Y[:-1]), "inconsistent numbers of samples"),
        ((np.full_like(X, np.nan), Y), "contains NaN"),
        ((X[:0], Y[:0]), "0 sample"),
        (X, r"validation must be a tuple \(X, y\)"),
        ((X, Y, -np.ones(200)), "Negative values"),
    ],
    ids=["features", "class", "length", "NaN", "empty", "no tuple", "weights"],
)
def test_rows_that_do_not_fit(validation: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        mlp().fit(*TRAIN, validation=validation)


def test_labels_of_own_rows_are_0_or_1() -> None:
    several = np.stack([Y, 1 - Y], axis=1)
    with pytest.raises(ValueError, match="matrix of 0 and 1, but holds 2"):
        mlp().fit(X, several, validation=(X, 2 * several))


def test_known_to_metadata_routing() -> None:
    with sklearn.config_context(enable_metadata_routing=True):
        model = mlp().set_fit_request(validation=True, sample_weight=True)
        model.set_score_request(sample_weight=True)
        pipeline = make_pipeline(StandardScaler().set_fit_request(sample_weight=True), model)
        scores = cross_val_score(
            pipeline, X, Y, cv=2, params={"validation": VAL, "sample_weight": np.ones(200)}
        )
        assert scores.shape == (2,)
        pipeline.fit(X, Y, validation=VAL)
        assert "validation_loss" in pipeline[-1].history_


def test_classes_keep_their_proportions() -> None:
    classes, own = np.repeat([0, 1], [80, 20]), np.arange(100.0)
    samples = Samples(np.arange(100.0)[:, None], classes, own * (1 + classes), own)
    training, validation = set_aside(
        samples, 0.25, Labels(np.array(["a", "b"])), np.random.RandomState(0)
    )
    assert np.bincount(validation.targets).tolist() == [20, 5]
    rows = np.sort(np.concatenate([training.X[:, 0], validation.X[:, 0]]))
    np.testing.assert_array_equal(rows, np.arange(100))
    # The weights of classes are for training only.
    numbers = training.X[:, 0]
    np.testing.assert_array_equal(training.sample_weight, numbers * (1 + training.targets))
    np.testing.assert_array_equal(validation.sample_weight, validation.X[:, 0])


@pytest.mark.parametrize("settings", [{"early_stopping": True}, {"calibration": "temperature"}])
def test_rows_set_aside_are_measured_as_rows_of_ones_own_are(settings: dict[str, Any]) -> None:
    settings = settings | {"class_weight": {0: 1, 1: 2}, "learning_rate_init": 0.02}
    model = mlp(validation_fraction=0.2, **settings)
    # Where classes overlap, a temperature is no limit.
    noisy = np.where(np.arange(200) % 4 == 0, 1 - Y, Y)
    rng = np.random.RandomState(0)
    rng.randint(2**31, size=2)  # the seeds of weights and shuffles
    numbered = Samples(np.arange(200)[:, None], noisy)
    training, validation = (
        part.X[:, 0] for part in set_aside(numbered, 0.2, Labels(np.array([0, 1])), rng)
    )
    split = model.fit(X, noisy)
    aside = X[validation], noisy[validation]
    own = clone(model).fit(X[training], noisy[training], validation=aside)
    assert dict(split.history_.items()) == dict(own.history_.items())
    np.testing.assert_array_equal(split.predict_proba(X), own.predict_proba(X))


def test_parts_without_weight_are_told() -> None:
    first_row = np.eye(1, 200)[0]
    with pytest.raises(ValueError, match="all zero: use another random_state"):
        mlp(early_stopping=True).fit(X, Y, first_row)


def test_too_few_rows_are_told() -> None:
    with pytest.raises(ValueError, match="The validation set is too small"):
        mlp(early_stopping=True).fit([[0], [1]], [[0, 1], [1, 0]])
    with pytest.raises(ValueError, match=r"too few members are: \['rare'\]"):
        mlp(early_stopping=True).fit([[0], [1], [2], [3]], ["often", "often", "often", "rare"])


def test_two_rows_are_enough_to_measure_on() -> None:
    model = mlp(early_stopping=True).fit(X[:20], Y[:20])
    assert set(model.history_["validation_accuracy"]) <= {0.0, 0.5, 1.0}
    assert model.t_ == 18 * model.n_iter_


@pytest.mark.parametrize(
    ("fraction", "message"),
    [
        (0, "validation_fraction=0 sets no rows aside: increase it"),
        (0.001, r"validation_fraction=0.001 cannot set some of 200 rows aside \(.* = 1 should"),
        (0.999, r"validation_fraction=0.999 cannot set some of 200 rows aside \(.*empty"),
    ],
)
@pytest.mark.parametrize("asked", [{"early_stopping": True}, {"calibration": "temperature"}])
def test_fractions_that_leave_nothing(fraction: float, message: str, asked: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=message) as raised:
        mlp(validation_fraction=fraction, **asked).fit(X, Y)
    assert "validation=(X_val, y_val)" in str(raised.value)


@pytest.mark.parametrize("labels", [["often", "rare"], [False, True], [7, 9]])
def test_a_class_too_rare_to_set_aside_is_named_by_its_label(labels: list[Any]) -> None:
    y = np.array(labels)[np.arange(200) // 199]
    for model in (
        mlp(early_stopping=True),
        mlp(calibration="temperature"),
        mlp(early_stopping=EarlyStopping(scoring="f1_macro"), n_members=2),
        mlp(early_stopping=True, loss=LabelSmoothing(0.1)),
    ):
        with pytest.raises(ValueError, match=rf"too few members are: \['?{labels[1]}'?\]"):
            model.fit(X, y)
    with pytest.raises(ValueError, match=rf"too few members are: \['?{labels[1]}'?\]"):
        mlp(early_stopping=True).partial_fit(X, y, classes=labels)


@pytest.mark.filterwarnings("ignore:the temperature")
@pytest.mark.parametrize("asked", [{"early_stopping": True}, {"calibration": "temperature"}])
def test_many_or_rare_classes_are_set_aside_as_far_as_they_go(asked: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 4))
    many, rare = np.arange(200) % 25, np.append(np.arange(199) % 4, 9)
    for y in (many, rare, np.append(np.arange(199) % 2, 9)):
        model = mlp(**asked, max_iter=5).fit(X, y)
        np.testing.assert_array_equal(model.classes_, np.unique(y))
    # Of a rare class, the only row is learned from.
    labels = Labels.found_in(rare)
    samples = Samples(X, labels.encode(rare))
    for seed in range(20):
        training, aside = set_aside(samples, 0.1, labels, np.random.RandomState(seed))
        assert (training.targets == 4).sum() == 1
        assert len(training) + len(aside) == 200
        np.testing.assert_array_equal(np.bincount(aside.targets), [5, 5, 5, 5])
        # As many rows as there are classes to choose from: one of each.
        _, aside = set_aside(samples, 0.02, labels, np.random.RandomState(seed))
        np.testing.assert_array_equal(np.bincount(aside.targets), [1, 1, 1, 1])
