"""What a network's outputs stand for: classes that exclude each other, or labels that do not.

>>> labels = Labels.found_in(["no", "yes", "no"])
>>> labels.n_outputs, labels.encode(["yes", "no"])
(1, array([1, 0]))
>>> Labels.found_in([[1, 0, 1], [0, 0, 1]]).n_outputs
3
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import issparse
from scipy.special import log_expit
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from errorest.maths.activations import sigmoid
from errorest.maths.losses import Loss, binary_cross_entropy, cross_entropy
from errorest.maths.probability import log_softmax, one_hot, softmax

__all__ = ["Labels", "check_labels", "class_columns"]


def check_labels(y: Any) -> None:
    """Look whether labels are what scikit-learn takes for classes.

    Parameters
    ----------
    y : array of shape (n_rows,) or (n_rows, n_labels)

    Raises
    ------
    ValueError
        If they are not, or one is missing.

    Examples
    --------
    >>> check_labels(np.array([True, False], dtype=object))
    Traceback (most recent call last):
    ...
    ValueError: Unknown label type: y holds bool as objects; ...
    """
    kind = _kind(y)
    if kind in ("binary", "multiclass"):
        return
    if kind == "unknown":
        types = " and ".join(sorted({type(label).__name__ for label in np.ravel(y)}))
        raise ValueError(
            f"Unknown label type: y holds {types} as objects; give it a type of its own, by "
            "y.infer_objects() in pandas, or y.astype(str)"
        )
    check_classification_targets(y)


def _kind(y: Any) -> str:
    """Return scikit-learn's word for labels, of which none may be missing."""
    # NaN it finds itself, but it would compare None with the others.
    if getattr(y, "dtype", None) == "O" and pd.isna(y).any():
        raise ValueError("Input y contains NaN: leave rows without a label out")
    return str(type_of_target(y))


def class_columns(y: Any, classes: Any) -> NDArray[np.intp]:
    """Return the place of each row's class among the classes that a classifier knows.

    Parameters
    ----------
    y : array-like of shape (n_rows,)
    classes : array-like of shape (n_classes,)
        In any order.

    Returns
    -------
    array of shape (n_rows,)

    Raises
    ------
    ValueError
        If a class is unknown.

    Examples
    --------
    >>> class_columns(["yes", "no", "yes"], ["yes", "no"])
    array([0, 1, 0])
    """
    y, classes = np.asarray(y), np.asarray(classes)
    known = set(classes.tolist())
    for label in pd.unique(y.ravel()).tolist():
        if label not in known:
            raise ValueError(f"{label!r} is none of the classes {classes.tolist()}")
    order = np.argsort(classes)
    return np.asarray(order[Labels(classes[order]).encode(y)])


@dataclass(frozen=True, eq=False)
class Labels:
    """The classes of a classifier, and how its network speaks of them.

    Two classes share one logit, that of the second class; more classes have a logit each. A row
    with several labels at once has one logit for each, which decides about it alone.

    Parameters
    ----------
    classes : array of shape (n_classes,)
        Of labels that do not exclude each other, the columns' numbers.
    multilabel : bool, default=False
        Whether a row has any number of the labels.
    """

    classes: NDArray[Any]
    multilabel: bool = False

    @classmethod
    def found_in(cls, y: Any) -> "Labels":
        """Return the labels that occur in a column of classes, or in an indicator matrix.

        Raises
        ------
        ValueError
            If it is neither.
        """
        kind = _kind(y)
        if kind == "multilabel-indicator":
            return cls(np.arange(np.shape(y)[1]), multilabel=True)
        if kind not in ("binary", "multiclass"):
            check_labels(y)
            raise ValueError(
                "Multioutput target data is not supported: y must be one column of classes, or a "
                "matrix of 0 and 1 with one column per label"
            )
        return cls(np.unique(y))

    @property
    def independent(self) -> bool:
        """Whether each logit decides about its label alone, by a sigmoid."""
        return self.n_outputs == 1 or self.multilabel

    @property
    def n_outputs(self) -> int:
        """Number of logits."""
        return 1 if len(self.classes) <= 2 and not self.multilabel else len(self.classes)

    @property
    def loss(self) -> Loss:
        """Log-loss of each logit where it decides alone, else cross-entropy."""
        return binary_cross_entropy if self.independent else cross_entropy

    def encode(self, y: Any) -> NDArray[Any]:
        """Return class indices, or a matrix of 0 and 1.

        Raises
        ------
        ValueError
            If a label is unknown.
        """
        if self.multilabel:
            matrix: NDArray[Any] = y.toarray() if issparse(y) else np.asarray(y)
            if matrix.ndim != 2 or matrix.shape[1] != len(self.classes):
                raise ValueError(
                    f"`y` must be a matrix of 0 and 1 with {len(self.classes)} columns, one per "
                    f"label, but has the shape {matrix.shape}"
                )
            strange = matrix[(matrix != 0) & (matrix != 1)]
            if len(strange) > 0:
                raise ValueError(f"`y` must be a matrix of 0 and 1, but holds {strange[0]}")
            return matrix
        y = np.asarray(y)
        if y.ndim != 1:
            raise ValueError(f"`y` must be one column of classes, but has the shape {y.shape}")
        try:
            targets = np.searchsorted(self.classes, y)
            known = self.classes.take(targets, mode="clip") == y
        except TypeError:
            # Words have no place among numbers.
            known = np.array(False)
        if not known.all():
            raise ValueError(
                f"`y` has classes not in `self.classes_`. `self.classes_` has {self.classes}. "
                f"'y' has {pd.unique(y)}. All classes must be in the rows of `fit`, or in the "
                "`classes` of the first call to partial_fit."
            )
        return np.asarray(targets)

    def matrix(self, targets: NDArray[Any]) -> NDArray[Any]:
        """Return what :meth:`encode` made, with a column for each output of a network."""
        if targets.ndim == 2:
            return targets
        return (
            targets[:, None] if self.independent else np.asarray(one_hot(targets, self.n_outputs))
        )

    def log_losses(
        self, logits: NDArray[np.floating], targets: NDArray[Any]
    ) -> NDArray[np.float64]:
        """Return minus the logarithm of the probability of each row's class, in float64."""
        return np.asarray(self.loss(logits.astype(np.float64), self.matrix(targets)))

    def decode(self, targets: NDArray[Any]) -> NDArray[Any]:
        """Return the labels that :meth:`encode` made these targets of, softened or not."""
        if self.multilabel:
            return np.asarray(targets >= 0.5).astype(int)
        if targets.ndim == 2:
            one_column = self.n_outputs == 1
            targets = targets[:, 0] >= 0.5 if one_column else targets.argmax(axis=1)
        return np.asarray(self.classes[targets.astype(np.intp)])

    def likeliest(self, logits: NDArray[np.floating]) -> NDArray[np.intp]:
        """Return the targets that logits of shape (n_samples, n_outputs) speak for.

        A sigmoid's label is there where the logit is at least 0.
        """
        if len(self.classes) == 1:
            return np.zeros(len(logits), dtype=np.intp)
        if self.independent:
            positive: NDArray[np.intp] = (logits >= 0).astype(np.intp)
            return positive if self.multilabel else positive[:, 0]
        return np.asarray(logits.argmax(axis=1))

    def probabilities(self, logits: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the probability of each label, of shape (n_samples, n_classes)."""
        if self.multilabel:
            return np.asarray(sigmoid(logits))
        if len(self.classes) == 2:
            # softmax(0, z), sooner.
            return np.hstack([sigmoid(-logits), sigmoid(logits)])
        return np.asarray(softmax(self._class_logits(logits)))

    def log_probabilities(self, logits: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return their logarithms, finite for any finite logit."""
        if self.multilabel:
            # Where a probability rounds to 1, its logarithm is 0, to agree on the likeliest one.
            exact = np.log(sigmoid(np.maximum(logits, 0)))
            return np.asarray(np.where(logits > 0, exact, log_expit(logits)))
        return np.asarray(log_softmax(self._class_logits(logits)))

    def _class_logits(self, logits: NDArray[np.floating]) -> NDArray[np.floating]:
        """Give the first of two classes the logit 0: sigmoid(z) is softmax(0, z)."""
        if self.n_outputs == 1:
            return np.hstack([np.zeros_like(logits), logits])[:, : len(self.classes)]
        return logits
