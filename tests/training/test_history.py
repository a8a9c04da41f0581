"""The history of a training."""

import numpy as np
import pytest

from errorest.training import History, thinned


def test_one_value_per_epoch_and_curve() -> None:
    history = History()
    history.append({"loss": 0.7, "validation_loss": 0.8})
    history.append({"loss": 0.6, "validation_loss": 0.9})
    assert dict(history) == {"loss": [0.7, 0.6], "validation_loss": [0.8, 0.9]}
    assert list(history) == ["loss", "validation_loss"]
    assert len(history) == 2


def test_starts_empty() -> None:
    assert dict(History()) == {}
    assert "loss" not in History()
    with pytest.raises(KeyError):
        History()["loss"]


def test_values_become_plain_floats() -> None:
    history, float_like = History(), np.array([0.5], dtype=np.float32)[0]
    history.append({"loss": float_like})
    assert type(history["loss"][0]) is float


def test_goes_on_from_earlier_curves_without_changing_them() -> None:
    earlier = {"loss": [0.7]}
    history = History(earlier)
    history.append({"loss": 0.6})
    assert history["loss"] == [0.7, 0.6]
    assert earlier == {"loss": [0.7]}


def test_frame_counts_epochs_from_1() -> None:
    frame = History({"loss": [0.7, 0.6], "validation_loss": [0.8, 0.9]}).to_frame()
    assert frame.index.tolist() == [1, 2]
    assert frame.index.name == "epoch"
    assert frame["validation_loss"].tolist() == [0.8, 0.9]


def test_repr_counts_epochs() -> None:
    assert repr(History({"loss": [0.7, 0.6]})) == "History(2 epochs: loss)"


def test_thinned_keeps_both_ends() -> None:
    assert thinned(5, 10) == [0, 1, 2, 3, 4]
    chosen = thinned(1000, 20)
    assert (chosen[0], chosen[-1]) == (0, 999)
    assert len(chosen) <= 20
