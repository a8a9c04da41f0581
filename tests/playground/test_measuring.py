"""What is measured of a network on the points, by hand."""

import numpy as np
import pytest

from errorest.playground.data import Data, simulated
from errorest.playground.measuring import Measured
from errorest.playground.state import State
from errorest.playground.training_setup import start_network

BLOBS = {"dataset": "blobs", "hidden": []}
BIASES = np.array([-1.0, -2.0, -3.0])


def measured(state: State, parameters: list[float]) -> tuple[Measured, Data]:
    data = simulated(state)
    network = start_network(state, data)
    return Measured(network.with_parameters(np.array(parameters, dtype=np.float32)), data), data


def test_a_network_that_takes_all_points_for_the_first_class() -> None:
    found, data = measured(State().changed(BLOBS), [0, 0, 0, 0, 0, 0, *BIASES])
    parts = {"train": data.training_rows, "validation": data.validation_rows}
    logs = BIASES - np.log(np.exp(BIASES).sum())
    # Its own logit of -1 is below 0, but the highest.
    np.testing.assert_array_equal(found.votes, data.labels != 0)
    for part, rows in parts.items():
        counts = np.bincount(data.labels[rows], minlength=3)
        confusion = found.confusion()[part]
        assert confusion is not None
        assert confusion.tolist() == [[n, 0, 0] for n in counts]
        assert found.accuracy()[part] == pytest.approx(counts[0] / len(rows))
        assert found.loss()[part] == pytest.approx(-logs[data.labels[rows]].mean(), rel=1e-5)
    likelihood = found.likelihood()
    assert likelihood is not None
    assert likelihood["n"] == len(data.training_rows)
    expected = logs[data.labels[data.training_rows]].sum()
    assert likelihood["log_likelihood"] == pytest.approx(expected, rel=1e-5)


def test_without_validation_points_there_is_nothing_to_say_of_them() -> None:
    found, _ = measured(State().changed(BLOBS | {"validation": 0}), [0, 0, 0, 0, 0, 0, *BIASES])
    assert found.loss()["validation"] is found.accuracy()["validation"] is None
    assert found.confusion()["validation"] is None


@pytest.mark.parametrize(("bias", "calling"), [(0.0, [0]), (-1.0, [1]), (np.nan, [0, 1])])
def test_on_a_perceptrons_line_a_point_is_on_the_positive_side(
    bias: float, calling: list[int]
) -> None:
    found, data = measured(State().changed({"model": "perceptron"}), [0, 0, bias])
    np.testing.assert_array_equal(found.votes, np.isin(data.labels, calling))
