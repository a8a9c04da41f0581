"""What every classifier that holds a network has in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from errorest.estimators.labels import Labels
from errorest.estimators.rows import checked_matrix
from errorest.estimators.sparse import MatrixLike, cast, densified, forward
from errorest.network.network import Network
from errorest.network.trace import Trace, trace

__all__ = ["NetworkClassifier", "ProbabilisticClassifier"]


class NetworkClassifier(ClassifierMixin, BaseEstimator):
    """A classifier whose fitted state is a network.

    Settings that are dataclasses, such as ``solver=AdamW()``, are reached into by names with two
    underscores: ``set_params(solver__weight_decay=0.1)`` puts a changed copy in their place.

    Attributes
    ----------
    network_ : Network
    classes_ : array of shape (n_classes,)
    n_features_in_ : int
    feature_names_in_ : array of shape (`n_features_in_`,)
        Only if ``X`` has column names that are all strings.
    """

    network_: Network
    classes_: NDArray[Any]
    # scikit-learn's checks set them, which type checkers do not see.
    n_features_in_: int
    feature_names_in_: NDArray[Any]
    _multilabel = False

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Get the parameters.

        Parameters
        ----------
        deep : bool, default=True
            Whether to include the fields of parameters that are dataclasses.

        Returns
        -------
        dict
        """
        params: dict[str, Any] = super().get_params(deep)
        if deep:
            for name, option in list(params.items()):
                if _is_option(option):
                    params |= {
                        f"{name}__{field.name}": getattr(option, field.name)
                        for field in fields(option)
                    }
        return params

    def set_params(self, **params: Any) -> Self:
        """Set the parameters.

        Parameters
        ----------
        **params
            Parameters, or fields of them: ``solver__weight_decay=0.1``.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If there is no such parameter, or its value has no such field.
        """
        changes: dict[str, dict[str, Any]] = defaultdict(dict)
        for name, value in params.items():
            setting, delimiter, field = name.partition("__")
            if delimiter:
                changes[setting][field] = value
        whole = {name: value for name, value in params.items() if "__" not in name}
        known = self.get_params(deep=False) | whole
        options = {}
        for name, changed in changes.items():
            option: Any = known.get(name)
            names = [field.name for field in fields(option)] if _is_option(option) else []
            unknown = sorted(set(changed) - set(names))
            if unknown:
                raise ValueError(
                    f"Invalid parameter {name}__{unknown[0]} for estimator {self}: {name} is "
                    f"{option!r}, with {'the fields ' + ', '.join(names) if names else 'no fields'}"
                )
            options[name] = replace(option, **changed)
        super().set_params(**whole | options)
        return self

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    @property
    def _labels(self) -> Labels:
        return Labels(self.classes_, self._multilabel)

    @property
    def _n_outputs(self) -> int:
        return self._labels.n_outputs

    def _validated(self, X: MatrixLike) -> Any:
        """Return rows as a dense or a CSR matrix, checked against those of the fit."""
        check_is_fitted(self)
        return checked_matrix(self, X, reset=False)

    def _checked(self, X: MatrixLike) -> Any:
        """Return validated rows in the network's floating type."""
        return cast(self._validated(X), self.network_.parameters.dtype)

    @property
    def _networks(self) -> list[tuple[Network, float]]:
        """The networks whose answers are averaged, with their shares, which sum to one."""
        return [(self.network_, 1.0)]

    @property
    def _n_averaged(self) -> int:
        """Of how many networks' answers the classifier's are the mean."""
        return sum(network.n_submodels for network, _ in self._networks)

    @property
    def _averaged(self) -> str:
        """Such as "30 networks and a logistic regression"; nothing if one network answers."""
        n = self._n_averaged
        if n == 1:
            return ""
        has_line = getattr(self, "line_share_", 0) > 0
        networks = f"{n - has_line} network{'s' if n - has_line > 1 else ''}"
        return f"{networks} and a logistic regression" if has_line else networks

    def _logits(self, X: MatrixLike) -> NDArray[np.floating]:
        """Return the logits of shape (n_samples, n_outputs)."""
        checked = self._checked(X)
        return self._mean_logits(checked).astype(checked.dtype, copy=False)

    def _mean_logits(self, checked: Any) -> NDArray[np.floating]:
        """Return the logits of the mean answer to checked rows."""
        networks, shares = zip(*self._networks, strict=True)
        if len(networks) == 1:
            return forward(networks[0], checked)
        # In float64, for in float32 NumPy's bits depend on where an array begins.
        logits = np.stack([forward(one, checked).astype(np.float64) for one in networks], axis=1)
        mean: NDArray[np.floating] = self._labels.loss.mean_logits(logits, np.array(shares))
        return mean

    def decision_function(self, X: MatrixLike) -> NDArray[np.floating]:
        """Compute the logits.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples,) for two classes, else (n_samples, n_classes)
        """
        logits = self._logits(X)
        return logits[:, 0] if logits.shape[1] == 1 else logits

    def predict(self, X: MatrixLike) -> NDArray[Any]:
        """Predict the most likely class of each sample.

        With two classes, this is the second one if its logit is at least 0. The same goes for each
        of several labels.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples,), or (n_samples, n_labels) of 0 and 1
        """
        logits = self._logits(X)
        predictions: NDArray[Any] = self._labels.decode(self._labels.likeliest(logits))
        return predictions

    def trace(
        self,
        X: MatrixLike,
        y: Any = None,
        *,
        input_names: Sequence[str] | NDArray[Any] | None = None,
    ) -> Trace:
        """Follow one sample through the network, and its error back.

        The trace uses float64. For a model of one network, its prediction equals that of
        ``predict_proba`` up to the rounding of the network's own numbers. If the predictions of
        several networks are averaged, the trace shows one of them, and says so.

        Parameters
        ----------
        X : array-like of shape (1, n_features)
        y : label, or 0 or 1 for each of several labels, optional
            The sample's class; without it, only the feedforward pass is traced.
        input_names : sequence of str, optional
            By default the names of the features, or x1, x2, ...

        Returns
        -------
        Trace

        Raises
        ------
        ValueError
            If there is not exactly one sample with one class, or the class is unknown.
        """
        X = densified(self._checked(X))
        if len(X) != 1:
            raise ValueError(f"trace takes one sample, not {len(X)}")
        if input_names is None:
            input_names = getattr(self, "feature_names_in_", None)
        output_names = [str(label) for label in self.classes_]
        if self._n_outputs == 1:
            output_names = output_names[1:] or ["another class"]
        traced = trace(
            self.network_,
            X[0],
            None if y is None else self._target(y).astype(np.float64),
            input_names=input_names,
            output_names=output_names,
        )
        return replace(traced, averaged=self._averaged)

    def _target(self, label: Any) -> NDArray[Any]:
        if self._multilabel:
            return np.asarray(self._labels.encode(np.ravel(label)[None])[0])
        if np.size(label) != 1:
            raise ValueError(
                f"trace takes the one label of the sample, not {np.size(label)}: give it y[i] "
                "with X[i : i + 1]"
            )
        known: NDArray[np.bool_] = self.classes_ == np.ravel(label)
        if not known.any():
            raise ValueError(f"{label!r} is none of the classes {self.classes_.tolist()}")
        if len(known) == 1:
            # The only logit speaks for a class that has not been seen.
            return ~known
        return known[1:] if self._n_outputs == 1 else known


class ProbabilisticClassifier(NetworkClassifier):
    """A network classifier that is trained for its probabilities."""

    def predict_proba(self, X: MatrixLike) -> NDArray[np.floating]:
        """Predict the probability of each class.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples, n_classes)
            In the order of ``classes_``; each row sums to one, unless rows can have several labels.
        """
        logits = self._logits(X)
        return self._labels.probabilities(logits)

    def predict_log_proba(self, X: MatrixLike) -> NDArray[np.floating]:
        """Predict the logarithm of the probability of each class, finite for any finite logit.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples, n_classes)
        """
        logits = self._logits(X)
        return self._labels.log_probabilities(logits)


def _is_option(value: Any) -> bool:
    return is_dataclass(value) and not isinstance(value, type)
