"""What every classifier that holds a network has in common."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from errorest import engine
from errorest.maths.losses import Loss, binary_cross_entropy, cross_entropy
from errorest.maths.probability import log_softmax, softmax
from errorest.network.network import Network
from errorest.network.trace import Trace, trace
from errorest.training.trainer import Samples

__all__ = ["NetworkClassifier", "ProbabilisticClassifier", "loss_for"]


class NetworkClassifier(ClassifierMixin, BaseEstimator):
    """A classifier whose fitted state is a network.

    Two classes share one logit, that of the second class; more classes have a logit each.

    Attributes
    ----------
    network_ : Network
    classes_ : array of shape (n_classes,)
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features_in_,)
        Only if ``X`` has column names that are all strings.
    """

    network_: Network
    classes_: NDArray[Any]

    def _samples(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None) -> Samples:
        """Check and encode what ``fit`` was given; targets are class indices."""
        self._validate_params()
        checked_X, checked_y = validate_data(self, X, y, dtype=[np.float64, np.float32], order="C")
        check_classification_targets(checked_y)
        self.classes_, labels = np.unique(checked_y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"{type(self).__name__} needs samples of at least 2 classes in the data, "
                f"but the data contains only one class: {self.classes_[0]}"
            )
        if sample_weight is not None:
            sample_weight = _check_sample_weight(
                sample_weight, checked_X, dtype=checked_X.dtype, ensure_non_negative=True
            )
        return Samples(checked_X, labels, sample_weight)

    @property
    def _n_outputs(self) -> int:
        return 1 if len(self.classes_) == 2 else len(self.classes_)

    def _checked(self, X: ArrayLike) -> NDArray[np.floating]:
        check_is_fitted(self)
        dtype = [np.float64, np.float32]
        checked = validate_data(self, X, dtype=dtype, order="C", reset=False)
        return np.asarray(checked, dtype=self.network_.parameters.dtype)

    def decision_function(self, X: ArrayLike) -> NDArray[np.floating]:
        """Compute the logits.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples,) for two classes, else (n_samples, n_classes)
        """
        X = self._checked(X)
        logits: NDArray[np.floating] = engine.forward(self.network_, X)
        return logits[:, 0] if self._n_outputs == 1 else logits

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Predict the likeliest class of each sample.

        Of two classes it is the second one where its logit is at least 0.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples,)
        """
        logits = self.decision_function(X)
        indices = (logits >= 0).astype(np.intp) if logits.ndim == 1 else logits.argmax(axis=1)
        predictions: NDArray[Any] = self.classes_[indices]
        return predictions

    def trace(
        self, X: ArrayLike, y: Any = None, *, input_names: Sequence[str] | None = None
    ) -> Trace:
        """Follow one sample through the network, and its error back.

        Parameters
        ----------
        X : array-like of shape (1, n_features)
        y : label, optional
            The sample's class; without it only the way forward is traced.
        input_names : sequence of str, optional
            By default the names of the features, or x1, x2, ...

        Returns
        -------
        Trace

        Raises
        ------
        ValueError
            If there is more than one sample, or the class is unknown.
        """
        X = self._checked(X)
        if len(X) != 1:
            raise ValueError(f"trace takes one sample, not {len(X)}")
        if input_names is None:
            input_names = getattr(self, "feature_names_in_", None)
        output_names = [str(label) for label in self.classes_]
        if self._n_outputs == 1:
            output_names = output_names[1:]
        return trace(
            self.network_,
            X[0],
            None if y is None else self._target(y).astype(X.dtype),
            input_names=input_names,
            output_names=output_names,
        )

    def _target(self, label: Any) -> NDArray[np.bool_]:
        known: NDArray[np.bool_] = self.classes_ == label
        if not known.any():
            raise ValueError(f"{label!r} is none of the classes {list(self.classes_)}")
        return known[1:] if self._n_outputs == 1 else known


class ProbabilisticClassifier(NetworkClassifier):
    """A network classifier that is trained for its probabilities."""

    def predict_proba(self, X: ArrayLike) -> NDArray[np.floating]:
        """Predict the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples, n_classes)
            In the order of ``classes_``; each row sums to one.
        """
        probabilities: NDArray[np.floating] = softmax(self._class_logits(X))
        return probabilities

    def predict_log_proba(self, X: ArrayLike) -> NDArray[np.floating]:
        """Predict the logarithm of the probability of each class, finite for any finite logit.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples, n_classes)
        """
        log_probabilities: NDArray[np.floating] = log_softmax(self._class_logits(X))
        return log_probabilities

    def _class_logits(self, X: ArrayLike) -> NDArray[np.floating]:
        """Give the first of two classes the logit 0: sigmoid(z) is softmax(0, z)."""
        logits = self.decision_function(X)
        return np.stack([np.zeros_like(logits), logits], axis=1) if logits.ndim == 1 else logits


def loss_for(n_outputs: int) -> Loss:
    """Return log-loss for one logit, cross-entropy for one logit per class."""
    return binary_cross_entropy if n_outputs == 1 else cross_entropy
