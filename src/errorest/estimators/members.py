"""Ensembles: several networks side by side, whose probabilities are averaged."""

from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from contextlib import AbstractContextManager, nullcontext, suppress
from copy import copy
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone
from sklearn.callback import CallbackContext
from sklearn.utils import check_random_state
from sklearn.utils.validation import _num_samples

from errorest import engine
from errorest.estimators.cancellation import side_by_side
from errorest.estimators.reporting import fit_told, has_callbacks, report, told
from errorest.estimators.sparse import MatrixLike, densified
from errorest.estimators.weights import balanced_weights
from errorest.notices import Notice, collecting, pass_on

__all__ = [
    "Members",
    "bootstrap_weights",
    "check_same_number",
    "fit_ensemble",
    "fit_members",
]


@dataclass(frozen=True)
class Members:
    """How many networks to train, and how they differ besides their seeds.

    Parameters
    ----------
    n : int, default=5
    bootstrap : bool, default=False
        Whether to train each on its own sample of the rows, drawn with replacement (Breiman 1996).

    Raises
    ------
    ValueError
        If n is not a whole number of at least 1.

    Examples
    --------
    >>> from errorest import MLPClassifier
    >>> from errorest.estimators import Members
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"]
    >>> model = MLPClassifier((2,), solver="lbfgs", n_members=Members(3), random_state=0).fit(X, y)
    >>> len(model.members_), model.predict_spread([[1.5]]).shape
    (3, (1, 2))
    """

    n: int = 5
    bootstrap: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.n, Integral) or self.n < 1:
            raise ValueError(f"n must be a whole number of at least 1 member, not {self.n!r}")


def fit_ensemble(
    estimator: Any,
    method: str,
    X: MatrixLike,
    y: ArrayLike,
    sample_weight: ArrayLike | None,
    **arguments: Any,
) -> None:
    """Fit the members of an estimator, and give it the fitted attributes of the first one.

    Callbacks of ``fit`` are told of each member that is done, and see the ensemble of all up to
    it; one that asks to stop leaves out the members after it, or leaves them as they were.

    Parameters
    ----------
    estimator : MLPClassifier
    method : {"fit", "partial_fit"}
    X, y, sample_weight
        As for this method.
    **arguments
        What else the method takes.

    Raises
    ------
    ValueError
        If the estimator shall write a checkpoint, or go on with another number of members.
    """
    if estimator.checkpoint is not None:
        raise ValueError("a checkpoint holds one network: set n_members=1, or leave it out")
    estimator._validate_params()
    goes_on = hasattr(estimator, "network_") and (estimator.warm_start or method == "partial_fit")
    before = getattr(estimator, "members_", []) if goes_on else None
    members, weights = _members_and_weights(estimator, before, X, y, sample_weight)
    telling: AbstractContextManager[CallbackContext | None] = nullcontext()
    if method == "fit":
        telling = fit_told(estimator, X, y, sample_weight, max_subtasks=len(members))
    with telling as context, engine.threads(estimator.n_threads):

        def on_member(fitted: list[Any]) -> None:
            if context is None or not has_callbacks(estimator):
                return
            arguments = told(estimator, X, y, sample_weight, _fitted_attributes(fitted))
            if report(context, "member", arguments):
                raise StopIteration

        fitted = fit_members(members, method, X, y, weights, on_member=on_member, **arguments)
        for name in [name for name in vars(estimator) if name.endswith("_")]:
            delattr(estimator, name)
        vars(estimator).update(_fitted_attributes([*fitted, *(before or [])[len(fitted) :]]))


def _members_and_weights(
    estimator: Any,
    before: list[Any] | None,
    X: MatrixLike,
    y: ArrayLike,
    sample_weight: ArrayLike | None,
) -> tuple[list[Any], list[ArrayLike | None]]:
    """Return what is to be fitted, anew or going on from earlier members, and to which weights."""
    asked, rng = estimator.n_members, check_random_state(estimator.random_state)
    if not isinstance(asked, Members):
        asked = Members(asked)
    # Callbacks hear of whole members only.
    settings = {"n_members": 1, "n_threads": 1, "checkpoint": None}
    members = [
        clone(estimator).set_params(random_state=int(seed), **settings).set_callbacks()
        for seed in rng.randint(2**31, size=asked.n)
    ]
    if before is not None:
        check_same_number(before, asked.n)
        members = [_continued(*pair) for pair in zip(before, members, strict=True)]
    if not asked.bootstrap:
        return members, [sample_weight] * asked.n
    if estimator.class_weight == "balanced":
        # By all rows: a draw may have none of a rare class.
        labels = densified(y)
        labels = labels[:, 0] if labels.shape[1:] == (1,) else labels
        balanced = balanced_weights(labels, sample_weight)
        members = [member.set_params(class_weight=balanced) for member in members]
    n_samples = _num_samples(X)
    return members, [bootstrap_weights(n_samples, sample_weight, rng) for _ in members]


def _continued(member: Any, new: Any) -> Any:
    """Return a copy of a fitted member, with the settings of a new one but its own seed.

    What an interrupted training has done to copies is lost with them.
    """
    settings = new.get_params(deep=False) | {"random_state": member.random_state}
    return copy(member).set_params(**settings)


def _fitted_attributes(members: Sequence[Any]) -> dict[str, Any]:
    """Return what an estimator of these members has: them, and all else like the first one."""
    first = vars(members[0])
    shared = {name: value for name, value in first.items() if name.endswith("_")}
    return shared | {"_multilabel": first["_multilabel"], "members_": list(members)}


def check_same_number(members: Sequence[Any], n: int) -> None:
    """Compare the members to go on from with the number that is asked for.

    Raises
    ------
    ValueError
        If they differ.
    """
    if len(members) != n:
        raise ValueError(
            "n_members is no longer that of the training to go on from: restore it, or start anew "
            "with a clone"
        )


def fit_members(
    models: Sequence[Any],
    method: str,
    X: MatrixLike,
    y: ArrayLike,
    sample_weights: Sequence[ArrayLike | None],
    *,
    on_member: Callable[[list[Any]], None] = lambda members: None,
    **arguments: Any,
) -> list[Any]:
    """Fit models side by side, each on one thread.

    Ctrl-C, and an error of any model, end all of them, before it is raised. What several of them
    warn of is said once, at the end.

    Parameters
    ----------
    models : sequence of classifiers
    method : {"fit", "partial_fit"}
    X, y
        For all of them.
    sample_weights : sequence of array-like or None
        For each.
    on_member : callable, optional
        Called with all models up to one that has been fitted; it may raise StopIteration, and
        those after it are left out.
    **arguments
        What else the method takes.

    Returns
    -------
    list of classifiers
    """

    def fit(model: Any, sample_weight: ArrayLike | None) -> tuple[Any, list[Notice]]:
        with collecting() as notices:
            model = getattr(model, method)(X, y, sample_weight=sample_weight, **arguments)
        return model, notices

    fitted: list[Any] = []
    said: list[Notice] = []
    with suppress(StopIteration), side_by_side(min(engine.n_threads(), len(models))) as submit:
        jobs = [submit(fit, *job) for job in zip(models, sample_weights, strict=True)]
        # In the order of their ends, so that an error is raised at once.
        for completed in as_completed(jobs):
            completed.result()
            while len(fitted) < len(jobs) and jobs[len(fitted)].done():
                model, notices = jobs[len(fitted)].result()
                fitted.append(model)
                said += notices
                on_member(fitted)
    pass_on(said)
    return fitted


def bootstrap_weights(
    n_samples: int, sample_weight: ArrayLike | None, rng: np.random.RandomState
) -> NDArray[np.floating]:
    """Return weights that count how often each row is drawn, in as many draws as there are rows.

    Parameters
    ----------
    n_samples : int
    sample_weight : array-like of shape (n_samples,), optional
        By which they are multiplied.
    rng : RandomState

    Returns
    -------
    array of shape (n_samples,)
    """
    own = np.ones(n_samples) if sample_weight is None else np.asarray(sample_weight)
    while True:
        counts = np.bincount(rng.randint(n_samples, size=n_samples), minlength=n_samples)
        # Where few rows have a weight, a draw may miss them all.
        if (counts * own).any() or not own.any():
            return counts * own
