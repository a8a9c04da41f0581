"""The perceptron: points that are on the wrong side say "come closer" to the line.

>>> from errorest import Perceptron
>>> students, accepted = [[9, 8], [3, 4], [7, 6]], [1, 0, 1]
>>> perceptron = Perceptron().fit(students, accepted)
>>> perceptron.predict(students)
array([1, 0, 1])
"""

import warnings
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval

from errorest import engine
from errorest.estimators.linear import LinearClassifier
from errorest.maths.activations import identity
from errorest.maths.losses import Loss, perceptron_loss
from errorest.maths.probability import one_hot
from errorest.maths.random_bits import random_order
from errorest.network.layer import Dense
from errorest.network.network import Network

__all__ = ["Perceptron"]


class Perceptron(LinearClassifier):
    """Rosenblatt's perceptron, with one line against the rest for each of several classes.

    The points are visited one by one. One of label 0 in the positive area moves the line by
    ``w -= a x, b -= a``; one of label 1 in the negative area by ``w += a x, b += a``; the others
    leave it alone. If a line separates the classes, this finds one (Novikoff 1962).

    Parameters
    ----------
    eta0 : float, default=1.0
        The learning rate a.
    max_iter : int, default=1000
        Number of epochs at most; it ends sooner when no point is wrong.
    shuffle : bool, default=True
        Whether each epoch visits the points in a new random order.
    random_state : int, RandomState instance or None, default=0
        Seed of these orders.

    Attributes
    ----------
    coef_ : array of shape (1, n_features) or (n_classes, n_features)
    intercept_ : array of shape (1,) or (n_classes,)
    classes_ : array of shape (n_classes,)
    converged_ : bool
        Whether the last epoch had no mistake.
    mistakes_curve_ : list of int
        Number of mistakes in each epoch.
    n_iter_ : int
        Number of epochs.
    network_ : Network
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features_in_,)

    References
    ----------
    F. Rosenblatt (1958), "The perceptron", Psychological Review 65.

    Examples
    --------
    >>> from errorest import Perceptron
    >>> Perceptron(eta0=0.1).fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1]).converged_
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "eta0": [Interval(Real, 0, None, closed="neither")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "shuffle": ["boolean"],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        *,
        eta0: float = 1.0,
        max_iter: int = 1000,
        shuffle: bool = True,
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.eta0 = eta0
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state

    @property
    def _loss(self) -> Loss:
        return perceptron_loss

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Move the line until every point is on its side.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)

        Returns
        -------
        self

        Warns
        -----
        ConvergenceWarning
            If some point was still on the wrong side in the last epoch.
        """
        self._validate_params()
        rows, labels = self._rows(X, y)
        rows = rows.toarray() if issparse(rows) else rows
        n_samples, n_features = rows.shape
        targets = one_hot(self._find_classes(labels), len(self.classes_)).astype(rows.dtype)
        if self._n_outputs == 1:
            targets = targets[:, 1:]
        seed = int(check_random_state(self.random_state).randint(2**31))

        layer = Dense(n_features, self._n_outputs, identity)
        start = np.zeros(layer.n_parameters, dtype=rows.dtype)
        self.network_ = Network((layer,), perceptron_loss, start)
        self.mistakes_curve_: list[int] = []
        for epoch in range(self.max_iter):
            order: NDArray[np.intp] = np.arange(n_samples)
            if self.shuffle:
                order = random_order(seed, epoch, n_samples)
            self.network_, n_mistakes = engine.perceptron_epoch(
                self.network_, rows, targets, order, learning_rate=self.eta0
            )
            self.mistakes_curve_.append(n_mistakes)
            if n_mistakes == 0:
                break
        self.n_iter_ = len(self.mistakes_curve_)
        self.converged_ = n_mistakes == 0
        if not self.converged_:
            warnings.warn(
                f"Perceptron made {n_mistakes} mistakes in epoch {self.max_iter}, its last: no "
                "line may separate the classes; raise max_iter, or use LogisticRegression",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self
