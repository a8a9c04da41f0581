"""Labels as targets and back, for one class, two, several, and several at once."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from scipy.special import expit

from errorest import LogisticRegression, MLPClassifier, Perceptron, TableClassifier
from errorest.estimators.labels import Labels


@pytest.mark.parametrize(
    ("y", "n_outputs", "targets"),
    [
        (["b", "b"], 1, [0, 0]),
        (["b", "a", "b"], 1, [1, 0, 1]),
        ([7, 3, 5], 3, [2, 0, 1]),
        ([[1, 0, 1], [0, 0, 1]], 3, [[1, 0, 1], [0, 0, 1]]),
        (csr_array([[1, 0], [1, 1]]), 2, [[1, 0], [1, 1]]),
    ],
    ids=["one class", "two", "three", "labels", "sparse labels"],
)
def test_there_and_back(y: Any, n_outputs: int, targets: Any) -> None:
    labels = Labels.found_in(y)
    assert labels.n_outputs == n_outputs
    encoded = labels.encode(y)
    np.testing.assert_array_equal(encoded, targets)
    expected = y.toarray() if hasattr(y, "toarray") else y
    np.testing.assert_array_equal(labels.decode(encoded), expected)


def test_softened_targets_stand_for_their_labels() -> None:
    three = Labels(np.array(["a", "b", "c"]))
    assert three.decode(np.array([[0.05, 0.9, 0.05]])).tolist() == ["b"]
    two = Labels(np.array(["a", "b"]))
    assert two.decode(np.array([[0.45], [0.55]])).tolist() == ["a", "b"]


def test_probabilities_of_classes_sum_to_one_and_of_labels_need_not() -> None:
    logits = np.array([[2.0, -1.0, 0.5]])
    classes = Labels(np.arange(3)).probabilities(logits)
    np.testing.assert_allclose(classes.sum(axis=1), 1, rtol=1e-15)
    labels = Labels(np.arange(3), multilabel=True)
    np.testing.assert_allclose(labels.probabilities(logits), expit(logits), rtol=1e-15)
    np.testing.assert_array_equal(labels.likeliest(logits), [[1, 0, 1]])


@pytest.mark.parametrize("labels", [Labels(np.arange(3)), Labels(np.arange(3), True)])
def test_logarithms_are_finite_at_extreme_logits(labels: Labels) -> None:
    logits = np.array([[1000.0, -1000.0, 0.0]])
    assert np.isfinite(labels.log_probabilities(logits)).all()


def test_one_class_is_certain() -> None:
    labels = Labels(np.array(["only"]))
    np.testing.assert_array_equal(labels.probabilities(np.array([[-3.0], [2.0]])), [[1], [1]])
    assert labels.decode(labels.likeliest(np.array([[-3.0], [2.0]]))).tolist() == ["only"] * 2


@pytest.mark.parametrize("y", [["a", "x"], [["a"], ["b"]]], ids=["unknown", "two dimensions"])
def test_what_is_no_label(y: Any) -> None:
    with pytest.raises(ValueError, match="`y`"):
        Labels(np.array(["a", "b"])).encode(y)


def test_a_matrix_of_another_width() -> None:
    with pytest.raises(ValueError, match="3 columns"):
        Labels(np.arange(3), multilabel=True).encode([[0, 1]])


@pytest.mark.parametrize("strange", [2, -1, 0.5, np.nan])
def test_a_matrix_of_other_numbers(strange: float) -> None:
    labels = Labels(np.arange(2), multilabel=True)
    for y in ([[0, 1], [strange, 1]], csr_array([[0, 1], [strange, 1]])):
        with pytest.raises(ValueError, match=f"matrix of 0 and 1, but holds {strange}"):
            labels.encode(y)
    np.testing.assert_array_equal(labels.encode([[True, False]]), [[1, 0]])


@pytest.mark.parametrize(
    ("y", "message"),
    [([0.5, 1.5], "Unknown label type"), ([[1, 2], [3, 1]], "Multioutput target data")],
    ids=["real numbers", "two columns of classes"],
)
def test_targets_that_are_no_labels(y: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Labels.found_in(y)


@pytest.mark.parametrize(
    "model", [Perceptron(), LogisticRegression(), MLPClassifier(), TableClassifier()], ids=str
)
def test_labels_of_no_type_of_their_own(model: Any) -> None:
    # So is a column of pandas from which missing cells were dropped.
    paid = pd.Series([True, None, False, True], dtype=object).dropna()
    X = pd.DataFrame({"x": [0.0, 1.0, 2.0]})
    with pytest.raises(ValueError, match=r"y holds bool as objects; .* by y.infer_objects\(\)"):
        model.fit(X, paid)
    with warnings.catch_warnings():
        # So few rows are no training.
        warnings.simplefilter("ignore")
        assert model.fit(X, paid.infer_objects()).classes_.tolist() == [False, True]


@pytest.mark.parametrize("labels", [["a", None, "b"], [1, None, 2], [True, None, False]], ids=str)
@pytest.mark.parametrize(
    "model", [Perceptron(), LogisticRegression(), MLPClassifier(), TableClassifier()], ids=str
)
def test_missing_labels_are_no_objects_to_give_a_type(model: Any, labels: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"Input y contains NaN: .*leave "):
        model.fit([[0.0], [1.0], [2.0]], pd.Series(labels, dtype=object))
