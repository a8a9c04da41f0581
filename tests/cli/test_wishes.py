"""What is asked of ``errorest train`` reaches the classifiers that it makes."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from errorest.cli.candidates import ModelKind, Wishes
from errorest.exceptions import ErrorestError

LABELS = np.array(["a", "b"] * 50, dtype=object)


def test_what_is_typed(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def fit(wishes: Wishes, *_: Any) -> None:
        asked.append(wishes)
        raise ErrorestError("enough")

    monkeypatch.setattr("errorest.cli.train.fit", fit)
    Path("t.csv").write_text("x,y\n" + "1,a\n2,b\n3,a\n" * 20)
    options = ["--minutes", "1.5", "--hidden", "8,4", "--epochs", "7", "--seed", "3"]
    run("train", "t.csv", "-t", "y", "-m", "network", *options)
    assert asked == [Wishes(ModelKind.network, 3, hidden=[8, 4], epochs=7, seconds=90)]


def test_a_network_is_as_asked() -> None:
    wishes = Wishes(ModelKind.auto, seed=3, hidden=[4], epochs=7, seconds=60)
    network = wishes.estimator(ModelKind.network, LABELS)
    assert (network.hidden_layer_sizes, network.max_iter) == ([4], 7)
    assert (network.max_seconds, network.random_state) == (60, 3)
    usual = Wishes(ModelKind.network, seed=0).estimator(ModelKind.network, LABELS)
    assert (usual.hidden_layer_sizes, usual.max_iter) == ("auto", "auto")
    assert usual.max_seconds is None


def test_a_plain_network_is_as_asked() -> None:
    wishes = Wishes(ModelKind.mlp, 3, hidden=[4], epochs=7, checkpoint=Path("c.npz"))
    network = wishes.estimator(ModelKind.mlp, LABELS)
    assert (network.hidden_layer_sizes, network.max_iter) == ([4], 7)
    assert (network.checkpoint, network.random_state) == ("c.npz", 3)


def test_a_perceptron_is_as_asked() -> None:
    perceptron = Wishes(ModelKind.perceptron, 3, epochs=7).estimator(ModelKind.perceptron, LABELS)
    assert (perceptron.max_iter, perceptron.random_state) == (7, 3)


def test_epochs_are_iterations_of_a_line_only_where_nothing_else_is_trained() -> None:
    alone = Wishes(ModelKind.logistic, 3, epochs=7).estimator(ModelKind.logistic, LABELS)
    assert (alone.max_iter, alone.random_state) == (7, 3)
    for kind in ModelKind.auto, ModelKind.mlp:
        beside = Wishes(kind, 0, epochs=7).estimator(ModelKind.logistic, LABELS)
        unlimited = Wishes(ModelKind.logistic, 0).estimator(ModelKind.logistic, LABELS)
        assert beside.max_iter == unlimited.max_iter > 7


@pytest.mark.parametrize(
    ("labels", "sets_aside"),
    [
        ([*"a" * 20, "b"], False),
        ([*"ab" * 5], False),
        ([*"ab" * 10], True),
        ([*"abc" * 6, *"ab"], True),
    ],
    ids=["a class of one row", "too few rows", "small", "a row of each class set aside"],
)
def test_a_plain_network_sets_rows_aside_where_it_can(labels: list[str], sets_aside: bool) -> None:
    y = np.array(labels, dtype=object)
    network = Wishes(ModelKind.mlp, 0, epochs=1).estimator(ModelKind.mlp, y)
    assert bool(network.early_stopping) == sets_aside
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        network.fit(np.random.default_rng(0).normal(size=(len(y), 2)), y)
