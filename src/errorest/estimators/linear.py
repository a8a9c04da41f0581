"""What the linear classifiers have in common: a line (or hyperplane) for each logit.

>>> import numpy as np
>>> from errorest import LogisticRegression
>>> model = LogisticRegression()
>>> model.classes_, model.coef_, model.intercept_ = np.array([0, 1]), np.eye(1), np.zeros(1)
>>> model.predict([[-1.0], [1.0]])
array([0, 1])
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_matrix, issparse
from sklearn.utils.extmath import safe_sparse_dot
from sklearn.utils.validation import check_is_fitted

from errorest import engine
from errorest.estimators.classifier import NetworkClassifier
from errorest.estimators.labels import check_labels
from errorest.estimators.rows import checked_matrix
from errorest.estimators.sparse import MatrixLike, cast
from errorest.maths.activations import identity
from errorest.maths.losses import Loss
from errorest.network.layer import Dense
from errorest.network.network import Network

__all__ = ["LinearClassifier", "linear_network"]


class LinearClassifier(NetworkClassifier):
    """A classifier whose fitted state is one line, or one line a class.

    Attributes
    ----------
    coef_ : array or CSR matrix of shape (1, n_features) or (n_classes, n_features)
    intercept_ : array of shape (1,) or (n_classes,)
    """

    coef_: Any
    intercept_: NDArray[np.floating]

    @property
    @abstractmethod
    def _loss(self) -> Loss:
        """What the lines are trained for."""

    @property
    def network_(self) -> Network:
        """The lines as a network without hidden layers."""
        check_is_fitted(self)
        # They may have been assigned in other forms.
        coef = np.atleast_2d(self.coef_.toarray() if issparse(self.coef_) else self.coef_)
        intercept = np.broadcast_to(self.intercept_, len(coef))
        return linear_network(
            coef.astype(self._dtype, copy=False), intercept.astype(self._dtype), self._loss
        )

    @network_.setter
    def network_(self, network: Network) -> None:
        self.coef_ = np.ascontiguousarray(network.weights[0].T)
        self.intercept_ = np.array(network.biases[0])

    @property
    def _dtype(self) -> np.dtype[np.floating]:
        coef = self.coef_ if issparse(self.coef_) else np.asarray(self.coef_)
        return np.result_type(coef.dtype, np.asarray(self.intercept_).dtype, np.float32)

    def densify(self) -> Self:
        """Turn ``coef_`` back into an array.

        Returns
        -------
        self
        """
        check_is_fitted(self)
        if issparse(self.coef_):
            self.coef_ = self.coef_.toarray()
        return self

    def sparsify(self) -> Self:
        """Turn ``coef_`` into a CSR matrix, which is smaller if most coefficients are 0.

        Returns
        -------
        self
        """
        check_is_fitted(self)
        self.coef_ = csr_matrix(self.coef_)
        return self

    def _logits(self, X: MatrixLike) -> NDArray[np.floating]:
        """Return the logits of dense or sparse rows, of shape (n_samples, n_outputs)."""
        rows = cast(self._validated(X), self._dtype)
        n_weights = np.shape(self.coef_)[-1]
        if n_weights != rows.shape[1]:
            raise ValueError(
                f"coef_ holds {n_weights} weights for each line, but X has {rows.shape[1]} features"
            )
        logits: NDArray[np.floating]
        if issparse(rows):
            coef = self.coef_ if issparse(self.coef_) else np.atleast_2d(self.coef_)
            logits = safe_sparse_dot(rows, coef.T, dense_output=True) + self.intercept_
        else:
            logits = engine.forward(self.network_, rows)
        return logits

    def _rows(self, X: MatrixLike, y: ArrayLike, *, reset: bool = True) -> tuple[Any, NDArray[Any]]:
        """Check features and labels; a sparse matrix of features becomes CSR."""
        rows, labels = checked_matrix(self, X, y, reset=reset)
        check_labels(labels)
        return rows, labels

    def _find_classes(self, labels: NDArray[Any]) -> NDArray[np.intp]:
        """Set ``classes_`` and return the labels' indices among them."""
        self.classes_, targets = np.unique(labels, return_inverse=True)
        self._check_classes()
        return targets

    def _check_classes(self) -> None:
        if len(self.classes_) < 2:
            raise ValueError(
                f"{type(self).__name__} needs samples of at least 2 classes in the data, "
                f"but the data contains only one class: {self.classes_.tolist()[0]!r}"
            )


def linear_network(
    coef: NDArray[np.floating], intercept: NDArray[np.floating], loss: Loss
) -> Network:
    """Return the network whose logits are ``X coef^T + intercept``.

    Parameters
    ----------
    coef : array of shape (n_outputs, n_features)
    intercept : array of shape (n_outputs,)
    loss : Loss
    """
    layer = Dense(coef.shape[1], coef.shape[0], identity)
    return Network((layer,), loss, np.concatenate([coef.T.ravel(), intercept]))
