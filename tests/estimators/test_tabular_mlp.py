"""A line and networks: what they promise of bits, probabilities, time and odd tables."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_moons
from sklearn.model_selection import GridSearchCV

from errorest.estimators import TabularMLPClassifier, tabular_training
from errorest.estimators.calibration import best_temperature
from errorest.estimators.cycles import Cycle, train_in_cycles
from errorest.estimators.labels import Labels
from errorest.estimators.line import Line, best_line
from errorest.exceptions import ErrorestWarning
from errorest.maths import softmax

X, SPECIES = load_iris(return_X_y=True)
TWO = SPECIES > 0
SMALL: dict[str, Any] = {
    "hidden_layer_sizes": (8,),
    "n_members": 3,
    "max_iter": 15,
    "learning_rate_init": 0.1,
}


@pytest.mark.parametrize("n_threads", [1, 2, 3])
@pytest.mark.parametrize("n_members", [3, "auto"])
def test_same_seed_same_bits_on_any_number_of_threads(n_threads: int, n_members: int | str) -> None:
    options = SMALL | {"n_members": n_members, "random_state": 3}
    one, other = [
        TabularMLPClassifier(**options, n_threads=n).fit(X, SPECIES).predict_proba(X)
        for n in (1, n_threads)
    ]
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("rows", [slice(None), TWO], ids=["three classes", "two classes"])
def test_probabilities_are_the_mean_by_shares(rows: Any) -> None:
    model = TabularMLPClassifier(**SMALL | {"max_iter": 60}, random_state=0)
    model.fit(X[rows], SPECIES[rows])
    assert len(model.networks_) in (4, 7)  # the line, and three for each cycle that is heard
    assert 0 < model.line_share_ == model.shares_[0]
    parts = []
    for network in model.networks_:
        z = X.astype(np.float32)
        for layer, parameters in network.layers_with_parameters():
            _, z = layer.feedforward(parameters, z)
        z = z if z.shape[1] > 1 else np.hstack([np.zeros_like(z), z])
        parts.append(softmax(z.astype(np.float64)))
    mean = np.average(parts, axis=0, weights=model.shares_)
    np.testing.assert_allclose(model.predict_proba(X), mean, atol=1e-6)
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1, rtol=1e-12)
    spread = np.sqrt(np.average((parts - mean) ** 2, axis=0, weights=model.shares_))
    np.testing.assert_allclose(model.predict_spread(X), spread, atol=1e-5)


@pytest.mark.long_on_reference
def test_a_curve_is_left_to_the_networks_and_a_line_to_the_line() -> None:
    curved = make_moons(400, noise=0.1, random_state=0)
    model = TabularMLPClassifier(random_state=0).fit(*curved)
    assert model.score(*make_moons(400, noise=0.1, random_state=1)) > 0.98
    of_line = model.shares_[0]
    assert of_line < 0.1
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(200, 10))
    labels = rng.random(200) < 1 / (1 + np.exp(-rows[:, 0]))
    assert TabularMLPClassifier(random_state=0).fit(rows, labels).shares_[0] > 2 * of_line


def test_each_row_has_a_loss_from_when_it_was_held_back() -> None:
    model = TabularMLPClassifier(**SMALL, random_state=0).fit(X, SPECIES)
    losses = model.held_back_losses_
    assert set(losses) == {"line", "networks", "together"}
    assert all(values.shape == (150,) and (values >= 0).all() for values in losses.values())
    one = TabularMLPClassifier(**SMALL | {"n_members": 1}, random_state=0).fit(X, SPECIES)
    assert np.isfinite(one.held_back_losses_["together"]).sum() == 30


def noisy_rows() -> tuple[Any, Any, Any]:
    """Labels of which a quarter is wrong, and weights."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(300, 4))
    labels = (rows[:, 0] > 0) ^ (rng.random(300) < 0.25)
    return rows, labels.astype(int), rng.integers(1, 9, 300)


def test_the_networks_have_the_temperature_that_held_back_rows_ask_for() -> None:
    rows, labels, weights = noisy_rows()
    alone: dict[str, Any] = {"n_members": 1, "with_line": False, "max_iter": 1}
    model = TabularMLPClassifier((64, 64), random_state=0, learning_rate_init=0.03, **alone)
    model.fit(rows, labels, weights)
    held_back = np.isfinite(model.held_back_losses_["networks"])
    assert model.calibration_ is not None
    temperature, after = model.calibration_.temperature, model.calibration_.after
    relative = weights[held_back] / weights.mean()
    assert after.weight.sum() == pytest.approx(relative.sum())
    untempered = temperature * model.decision_function(rows[held_back])[:, None]
    two = Labels(np.array([0, 1]))
    found = best_temperature(untempered, labels[held_back], two, relative, doubt=0.5)
    assert temperature == pytest.approx(found, rel=1e-3)
    of_equal_rows = best_temperature(untempered, labels[held_back], two, doubt=0.5)
    assert temperature != pytest.approx(of_equal_rows, rel=1e-3)

    # The losses are at the temperatures that each half of these rows has for the other half.
    losses = model.held_back_losses_["networks"][held_back]
    towards_class = np.where(labels[held_back] == 1, untempered[:, 0], -untempered[:, 0])
    used = -towards_class / np.log(np.expm1(losses))
    is_higher = used > used.mean()
    for half in (is_higher, ~is_higher):
        chosen = best_temperature(
            untempered[~half], labels[held_back][~half], two, relative[~half], doubt=0.5
        )
        np.testing.assert_allclose(used[half], chosen, rtol=1e-3)
    assert half.sum() == 30


def test_the_line_hears_rows_by_their_weights() -> None:
    rows, labels, _ = noisy_rows()
    both = np.vstack([rows, rows]), np.concatenate([labels, 1 - labels])
    weights = np.repeat([1.0, 1e-6], 300)
    with pytest.warns(ErrorestWarning, match="only logistic regression is kept"):
        model = TabularMLPClassifier(max_seconds=1e-9, random_state=0).fit(*both, weights)
    assert model.score(rows, labels) > 0.65


def test_of_few_rows_a_second_team_goes_as_far_as_the_first_did_best() -> None:
    rng = np.random.default_rng(0)
    model = TabularMLPClassifier((8,), max_iter=64, with_line=False, random_state=0)
    model.fit(rng.normal(size=(100, 3)), rng.random(100) < 0.5)
    # There is nothing to learn, so that the second cycle does worse.
    assert (model.best_epoch_, model.n_iter_) == (4, 13)
    assert len(model.networks_) == 20 + 10


def fitted_with_odd_team(monkeypatch: pytest.MonkeyPatch, odd_cycle: Any) -> TabularMLPClassifier:
    """Fit 100 rows, while each cycle of the second team goes through a function."""
    n_teams = 0

    def train(team: Any, ends: Any, *, deadline: float) -> Iterator[Cycle]:
        nonlocal n_teams
        n_teams += 1
        for cycle in train_in_cycles(team, ends, deadline=deadline):
            yield odd_cycle(cycle) if n_teams == 2 else cycle

    monkeypatch.setattr(tabular_training, "train_in_cycles", train)
    rows = np.random.default_rng(0).normal(size=(100, 3))
    model = TabularMLPClassifier((8,), max_iter=64, with_line=False, random_state=0)
    model.fit(rows, rows[:, 0] > 0)
    assert n_teams == 2
    assert model.score(rows, rows[:, 0] > 0) > 0.9
    return model


@pytest.mark.long_on_reference
def test_a_second_team_that_goes_astray_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def astray(cycle: Cycle) -> Cycle:
        return replace(cycle, held_back_logits=np.full_like(cycle.held_back_logits, np.nan))

    model = fitted_with_odd_team(monkeypatch, astray)
    assert np.isfinite(model.history_["validation_loss"][-1])


@pytest.mark.filterwarnings("always::errorest.exceptions.ErrorestWarning")
def test_a_second_team_may_be_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(cycle: Cycle) -> Cycle:
        raise KeyboardInterrupt

    with pytest.warns(ErrorestWarning, match="interrupted; only what the networks learned in 64"):
        fitted_with_odd_team(monkeypatch, interrupt)


@pytest.mark.parametrize(
    ("options", "layers"),
    [
        ({}, ["Periodic", "Scale", "Dense", "ParametricActivation", "Dense"]),
        ({"periodic": False}, ["Scale", "Dense", "ParametricActivation", "Dense"]),
        ({"parametric": False}, ["Periodic", "Scale", "Dense", "Dense"]),
        (
            {"n_submodels": 4},
            ["Periodic", "Scale", "Dense", "ParametricActivation", "Scale", "Dense"],
        ),
    ],
    ids=str,
)
def test_other_networks(options: dict[str, Any], layers: list[str]) -> None:
    settings = SMALL | {"max_iter": 64, "dropout": 0.1, "with_line": False} | options
    model = TabularMLPClassifier(**settings, random_state=0).fit(X, SPECIES)
    assert model.score(X, SPECIES) > 0.9
    assert model.line_share_ == 0
    for network in model.networks_:
        assert [type(layer).__name__ for layer in network.layers] == layers
        assert max(getattr(layer, "dropout", 0) for layer in network.layers) == 0.1
        if options.get("n_submodels"):
            assert network.n_submodels == 4


@pytest.mark.long_on_reference
def test_codes_of_categories() -> None:
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 12, 600)
    labels = codes % 3 == 0
    model = TabularMLPClassifier((16,), levels={0: 12}, random_state=0).fit(codes[:, None], labels)
    assert model.score(codes[:, None], labels) == 1
    # What was never seen has the vector 0, and no certain answer.
    assert model.predict_proba([[-1.0]]).max() < 0.99


@pytest.mark.filterwarnings("always::errorest.exceptions.ErrorestWarning")
def test_no_time_leaves_a_line() -> None:
    with pytest.warns(ErrorestWarning, match="time limit reached; only logistic regression is"):
        model = TabularMLPClassifier(max_seconds=1e-9, random_state=0).fit(X, SPECIES)
    assert (len(model.networks_), model.shares_, model.line_share_) == (1, [1], 1)
    assert model.score(X, SPECIES) > 0.9


@pytest.mark.filterwarnings("error::errorest.exceptions.ErrorestWarning")
def test_a_line_that_takes_long_leaves_the_networks_their_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = 0.0

    def slow_line(*arguments: Any, **options: Any) -> Line:
        nonlocal seconds
        seconds += 1000
        return best_line(*arguments, **options)

    def now() -> float:
        nonlocal seconds
        seconds += 0.001
        return seconds

    monkeypatch.setattr(tabular_training, "best_line", slow_line)
    monkeypatch.setattr(time, "monotonic", now)
    model = TabularMLPClassifier(**SMALL, max_seconds=100, random_state=0).fit(X, SPECIES)
    assert model.n_members_ == 3


def test_two_rows_of_a_class_and_one_class_alone() -> None:
    labels = np.array(["common"] * 60 + ["rare"] * 2)
    rows = np.random.default_rng(0).normal(size=(62, 3)) + (labels == "rare")[:, None] * 9
    model = TabularMLPClassifier(**SMALL, random_state=0).fit(rows, labels)
    assert model.predict_proba(rows).shape == (62, 2)
    alone = TabularMLPClassifier(**SMALL).fit(rows, ["common"] * 62)
    np.testing.assert_array_equal(alone.predict_proba(rows), 1)


def test_nothing_can_be_held_back() -> None:
    with pytest.warns(ErrorestWarning, match="no row can be held back"):
        model = TabularMLPClassifier(**SMALL).fit([[0.0], [1.0]], ["no", "yes"])
    assert list(model.predict([[0.0], [1.0]])) == ["no", "yes"]


@pytest.mark.long_on_reference
def test_a_class_weight_moves_probabilities_and_none_leaves_them_honest() -> None:
    rng = np.random.default_rng(0)
    rows, labels = rng.normal(size=(600, 2)), rng.random(600) < 0.1
    honest = TabularMLPClassifier(random_state=0).fit(rows, labels)
    assert honest.predict_proba(rows)[:, 1].mean() == pytest.approx(labels.mean(), abs=0.02)
    balanced = TabularMLPClassifier(class_weight="balanced", random_state=0).fit(rows, labels)
    assert balanced.predict_proba(rows)[:, 1].mean() > 0.3


@pytest.mark.long_on_reference
def test_grid_search_and_wrong_targets() -> None:
    search = GridSearchCV(TabularMLPClassifier(**SMALL, random_state=0), {"dropout": [0, 0.3]})
    assert search.fit(X, SPECIES).best_score_ > 0.8
    with pytest.raises(ValueError, match="several labels a row are for MLPClassifier"):
        TabularMLPClassifier().fit(X, np.eye(3, dtype=int)[SPECIES])
    with pytest.raises(ValueError, match="hidden_layer_sizes must be > 0"):
        TabularMLPClassifier((8, 0)).fit(X, SPECIES)


def test_rows_without_weight_are_as_if_they_were_not_there() -> None:
    weights = np.ones(150)
    weights[::3] = 0
    weighted = TabularMLPClassifier(**SMALL, random_state=0)
    weighted.fit(X, SPECIES, sample_weight=weights)
    kept = weights > 0
    fewer = TabularMLPClassifier(**SMALL, random_state=0)
    fewer.fit(X[kept], SPECIES[kept], sample_weight=weights[kept])
    np.testing.assert_array_equal(weighted.predict_proba(X), fewer.predict_proba(X))


def test_the_unit_of_weights_does_not_matter() -> None:
    weights = np.linspace(0.5, 2, 150)
    grams, kilograms = (
        TabularMLPClassifier(**SMALL, random_state=0).fit(X, SPECIES, sample_weight=weights * unit)
        for unit in (1024, 1)
    )
    np.testing.assert_array_equal(grams.predict_proba(X), kilograms.predict_proba(X))


def test_balanced_classes_count_weights() -> None:
    rng = np.random.default_rng(0)
    rows, labels = rng.normal(size=(400, 2)), np.repeat(["a", "b"], 200)
    weights = np.where(labels == "a", 10.0, 1.0)
    model = TabularMLPClassifier(**SMALL, class_weight="balanced", random_state=0)
    model.fit(rows, labels, sample_weight=weights)
    assert model.predict_proba(rows)[:, 0].mean() == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("levels", [{4: 3}, {-1: 3}, {"a": 3}, {0: 0}])
def test_wrong_levels(levels: Any) -> None:
    with pytest.raises(ValueError, match="features are numbers from 0 to 3"):
        TabularMLPClassifier(levels=levels).fit(X, SPECIES)


def test_numbers_that_float32_cannot_hold() -> None:
    with pytest.raises(ValueError, match="scale the features"):
        TabularMLPClassifier().fit(X * 1e300, SPECIES)
