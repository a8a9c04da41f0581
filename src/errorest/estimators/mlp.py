"""The multi-layer perceptron: lines joined into curves, curves into regions.

>>> from errorest import MLPClassifier
>>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
>>> MLPClassifier((8,), solver="lbfgs", random_state=0).fit(X, y).predict(X)
array([0, 1, 1, 0])
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils._param_validation import Interval, Options, StrOptions
from sklearn.utils.validation import check_is_fitted

from errorest.estimators.members import Members
from errorest.estimators.sparse import MatrixLike, densified
from errorest.estimators.trainable_classifier import TrainableClassifier
from errorest.maths.activations import ACTIVATIONS, Activation
from errorest.maths.label_smoothing import LabelSmoothing
from errorest.maths.losses import Loss
from errorest.maths.optimizers import OPTIMIZERS, Optimizer
from errorest.maths.schedules import SCHEDULES, Schedule
from errorest.training import EarlyStopping

__all__ = ["MLPClassifier"]


class MLPClassifier(TrainableClassifier):
    """A feedforward network of dense layers, trained to minimise cross-entropy.

    Parameters and attributes follow scikit-learn's estimator of the same name. Where that takes a
    string, this also takes an object with more options.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default=(100,)
        Number of units in each hidden layer.
    activation : str, Activation or list of them, default="relu"
        Activation of all hidden layers, or of each: "identity", "step", "sigmoid" (or "logistic"),
        "tanh", "relu", "leaky_relu", "selu", "gelu", or an object, which may be of a class of your
        own. The derivative of such a class is checked first; it then runs on the reference engine.
    solver : {"lbfgs", "sgd", "adam", "adamw"} or Optimizer, default="adam"
        A name, or an object such as ``AdamW(weight_decay=0.1)`` or ``SGD(clip_norm=1.0)``.
    alpha : float, default=0.0001
        Strength of the penalty ``alpha sum(W^2) / (2 b)`` for batches of b rows.
    batch_size : int or "auto", default="auto"
        Number of rows per step; "auto" is ``min(200, n_samples)``. Not for L-BFGS.
    learning_rate : {"constant", "invscaling", "adaptive", "step", "cosine", "cosine_log", \
"flat_cosine", "one_cycle"} or Schedule, default="constant"
        How the learning rate changes: "invscaling" divides it by the ``power_t``-th power of the
        rows seen, "adaptive" by 5 whenever training stalls. Not for L-BFGS; as in scikit-learn,
        these two have no effect with ``solver="adam"`` either.
    learning_rate_init : float, default=0.001
        The learning rate at the first step. Not for L-BFGS.
    power_t : float, default=0.5
        Exponent of "invscaling".
    max_iter : int, default=200
        Maximum number of epochs, or of iterations of L-BFGS.
    shuffle : bool, default=True
        Whether each epoch visits the rows in a new order. Not for L-BFGS.
    random_state : int, RandomState instance or None, default=None
        Seed for the initial weights, the shuffles and the validation split.
    tol : float, default=1e-4
        The smallest change that counts as an improvement; for L-BFGS, the largest component of
        the gradient that counts as zero.
    verbose : bool, default=False
        Whether to print each epoch, or each iteration of L-BFGS.
    warm_start : bool, default=False
        Whether ``fit`` starts from the network of the previous fit. The optimizer starts anew, so
        many short fits do worse than a long one, above all with L-BFGS; :meth:`partial_fit` goes
        on as if it had not stopped. To watch a training, read ``history_``, or set callbacks.
    momentum : float, default=0.9
    nesterovs_momentum : bool, default=True
        For ``solver="sgd"``.
    early_stopping : bool or EarlyStopping, default=False
        True sets rows aside and stops when the accuracy on them no longer improves. An object can
        watch another curve or scorer, such as ``EarlyStopping(scoring="roc_auc")``. The network
        from the best epoch is kept. Not for L-BFGS.
    validation_fraction : float, default=0.1
        The share of the rows to set aside, stratified by class.
    beta_1, beta_2, epsilon : float, default=0.9, 0.999 and 1e-8
        For ``solver="adam"``.
    n_iter_no_change : int, default=10
        Stop after this many epochs without improvement. Not for L-BFGS.
    max_fun : int, default=15000
        How often L-BFGS may evaluate the objective.
    class_weight : dict, "balanced", list of dict or None, default=None
        Factor for the weights of each class's rows; "balanced" is ``n_samples / (n_classes
        n_rows_of_the_class)``, where rows count by their weights. For several labels, a list with
        one dict for each. It does not affect validation rows.
    loss : "log_loss", Loss or LabelSmoothing, default="log_loss"
        What is minimised: cross-entropy, ``FocalLoss(gamma=2)``, ``BrierLoss()``,
        ``LabelSmoothing(0.1)``, or one of your own whose output is the softmax of the logits. For
        two classes and for several labels, the loss that its ``for_independent_outputs()`` returns
        is used, whose output is the sigmoid of each logit.
    dropout : float in [0, 1) or list of float, default=0
        Share of the outputs that is zeroed at each step: one for all hidden layers, or one for
        each. Not for L-BFGS.
    calibration : {"temperature"} or None, default=None
        Whether to divide the logits by the temperature that suits the validation rows best. The
        last layer is divided by it, so that all predictions and the trace agree. Each of several
        members has its own temperature; their mean is a little less confident than it could be.
    n_members : int or Members, default=1
        Number of networks to train side by side. Their probabilities are averaged. An object such
        as ``Members(5, bootstrap=True)`` trains each on its own sample of the rows. Callbacks are
        told of each finished member, not of its epochs; Ctrl-C ends all, and keeps none.
    n_threads : int or None, default=None
        Maximum number of threads; None for all that are free.
    checkpoint : path-like, optional
        A file in which to save the state of the training after each epoch. If the file exists when
        ``fit`` is called with the same data and settings, training resumes from it, and gives the
        same bits as if it had not been interrupted. Not for L-BFGS.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
        For a matrix ``y`` of 0 and 1, the numbers of the labels.
    coefs_, intercepts_ : list of arrays
        Weights of shape (n_in, n_out) and biases of shape (n_out,), for each layer.
    history_ : History
        Loss on the training rows after each epoch, and loss, accuracy and the chosen scorer on
        the validation rows, if there are any.
    best_epoch_ : int
        The epoch whose network was kept.
    stopped_ : bool
        Whether patience with the watched curve ran out.
    calibration_ : Calibration or None
        Temperature, and the reliability diagrams before and after, with their expected
        calibration errors.
    loss_, best_loss_ : float
        The last and the best value of the objective; ``best_loss_`` is None with early stopping.
    loss_curve_ : list of float
    validation_scores_ : list of float or None
        Accuracies, or values of the chosen scorer, on the validation rows.
    best_validation_score_ : float or None
    n_iter_, t_ : int
        Number of epochs of the last fit, and of rows seen in mini-batches over all fits.
    members_ : list of MLPClassifier
        The networks of an ensemble, if there are several. The other attributes then describe the
        first one.
    n_layers_, n_outputs_ : int
    out_activation_ : str
    network_ : Network
    n_features_in_ : int
    feature_names_in_ : array of shape (`n_features_in_`,)

    Notes
    -----
    A sparse ``X`` is made dense as a whole for training, and block by block for predictions. For
    data that do not fit into memory, use :meth:`partial_fit`.

    References
    ----------
    D. Rumelhart, G. Hinton and R. Williams (1986), "Learning representations by back-propagating
    errors", Nature 323.

    Examples
    --------
    >>> from sklearn.datasets import make_moons
    >>> X, y = make_moons(200, noise=0.1, random_state=0)
    >>> model = MLPClassifier((16, 16), solver="lbfgs", random_state=0).fit(X, y)
    >>> model.score(X, y)
    1.0
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
        "activation": [StrOptions({"logistic", *ACTIVATIONS}), Activation, list, tuple],
        "solver": [StrOptions({"lbfgs", *OPTIMIZERS}), Optimizer],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "batch_size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "learning_rate": [StrOptions({"adaptive", *SCHEDULES}), Schedule],
        "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
        "power_t": [Interval(Real, 0, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "shuffle": ["boolean"],
        "random_state": ["random_state"],
        "tol": [Interval(Real, 0, None, closed="left")],
        "verbose": ["verbose"],
        "warm_start": ["boolean"],
        "momentum": [Interval(Real, 0, 1, closed="both")],
        "nesterovs_momentum": ["boolean"],
        "early_stopping": ["boolean", EarlyStopping],
        "validation_fraction": [Interval(Real, 0, 1, closed="left")],
        "beta_1": [Interval(Real, 0, 1, closed="left")],
        "beta_2": [Interval(Real, 0, 1, closed="left")],
        "epsilon": [Interval(Real, 0, None, closed="neither")],
        "n_iter_no_change": [
            Interval(Integral, 1, None, closed="left"),
            Options(Real, {np.inf}),
        ],
        "max_fun": [Interval(Integral, 1, None, closed="left")],
        "class_weight": [StrOptions({"balanced"}), dict, list, None],
        "loss": [StrOptions({"log_loss"}), Loss, LabelSmoothing],
        "dropout": [Interval(Real, 0, 1, closed="left"), list, tuple],
        "calibration": [StrOptions({"temperature"}), None],
        "n_members": [Interval(Integral, 1, None, closed="left"), Members],
        "n_threads": [Interval(Integral, 1, None, closed="left"), None],
        "checkpoint": [str, os.PathLike, None],
    }

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (100,),
        activation: str | Activation | Sequence[str | Activation] = "relu",
        *,
        solver: str | Optimizer = "adam",
        alpha: float = 0.0001,
        batch_size: int | str = "auto",
        learning_rate: str | Schedule = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: int | np.random.RandomState | None = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool | EarlyStopping = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
        class_weight: dict[Any, Any] | list[dict[Any, Any]] | str | None = None,
        loss: str | Loss | LabelSmoothing = "log_loss",
        dropout: float | Sequence[float] = 0.0,
        calibration: str | None = None,
        n_members: int | Members = 1,
        n_threads: int | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.class_weight = class_weight
        self.loss = loss
        self.dropout = dropout
        self.calibration = calibration
        self.n_members = n_members
        self.n_threads = n_threads
        self.checkpoint = checkpoint

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        # A pathlib.Path is of a class that another system, or version of Python, does not have.
        if state["checkpoint"] is not None:
            state["checkpoint"] = os.fspath(state["checkpoint"])
        return state

    def predict_spread(self, X: MatrixLike) -> NDArray[np.floating]:
        """Compute how much the members disagree about each sample.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples, n_classes)
            Standard deviation of the members' probabilities; 0 for a single network.
        """
        check_is_fitted(self)
        members = getattr(self, "members_", [self])
        spread: NDArray[np.floating] = np.std([one.predict_proba(X) for one in members], axis=0)
        return spread

    def activations(self, X: MatrixLike) -> list[NDArray[np.floating]]:
        """Compute the outputs of the hidden units.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        list of arrays of shape (n_samples, n_units)
            One per hidden layer.
        """
        outputs, hidden = densified(self._checked(X)), []
        for layer, parameters in list(self.network_.layers_with_parameters())[:-1]:
            _, outputs = layer.feedforward(parameters, outputs)
            hidden.append(outputs)
        return hidden

    @property
    def coefs_(self) -> list[NDArray[np.floating]]:
        """Weights of each layer; assigning to them changes the network."""
        return _LayerArrays(self.network_.weights)

    @coefs_.setter
    def coefs_(self, arrays: Sequence[ArrayLike]) -> None:
        check_is_fitted(self)
        _write(arrays, self.coefs_)

    @property
    def intercepts_(self) -> list[NDArray[np.floating]]:
        """Biases of each layer; assigning to them changes the network."""
        return _LayerArrays(self.network_.biases)

    @intercepts_.setter
    def intercepts_(self, arrays: Sequence[ArrayLike]) -> None:
        check_is_fitted(self)
        _write(arrays, self.intercepts_)


class _LayerArrays(list[NDArray[np.floating]]):
    """Views of a network's parameters, which ``coefs_[0] = weights`` writes into."""

    def __setitem__(self, layers: Any, arrays: Any) -> None:
        if isinstance(layers, slice):
            _write(arrays, self[layers])
        else:
            _write([arrays], [self[layers]])


def _write(arrays: Sequence[ArrayLike], views: Sequence[NDArray[np.floating]]) -> None:
    shapes, needed = [np.shape(array) for array in arrays], [view.shape for view in views]
    if shapes != needed:
        raise ValueError(f"arrays of the shapes {needed} are needed for the layers, not {shapes}")
    for array, view in zip(arrays, views, strict=True):
        view[...] = array
