"""Held-back rows, and how a classifier does on them beside simple ones."""

import warnings
from typing import TYPE_CHECKING, Any

from errorest.exceptions import ErrorestError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from errorest.estimators import Evaluation

__all__ = ["compare", "split"]


def split(
    labels: "NDArray[np.object_]", share: float, seed: int
) -> "tuple[NDArray[np.intp], NDArray[np.intp]]":
    """Choose the rows to train on and those to hold back, in the proportions of the classes."""
    import numpy as np
    from sklearn.model_selection import train_test_split

    try:
        training, held_back = train_test_split(
            np.arange(len(labels)), test_size=share, stratify=labels, random_state=seed
        )
    except ValueError as error:
        raise ErrorestError(
            f"{len(labels)} rows are too few to hold back a share of {share} with every class "
            "on both sides: add rows, or change --validation-share"
        ) from error
    return training, held_back


def compare(
    classifier: Any, name: str, training: "tuple[Any, Any]", held_back: "tuple[Any, Any]"
) -> "dict[str, Evaluation]":
    """Measure a classifier beside the baselines, all trained and measured on the same rows."""
    from sklearn.dummy import DummyClassifier

    from errorest import LogisticRegression
    from errorest.estimators import evaluate

    X, y = classifier.encode(training[0]), training[1]
    unseen = classifier.encode(held_back[0]), held_back[1]
    evaluations = {name: evaluate(classifier.estimator_, *unseen)}
    baselines: dict[str, Any] = {"majority class": DummyClassifier(strategy="prior")}
    if not isinstance(classifier.estimator, LogisticRegression):
        baselines = {"logistic regression": LogisticRegression(max_iter=1000)} | baselines
    with warnings.catch_warnings():
        # Nobody asked for the baselines, so nobody need hear how their training went.
        warnings.simplefilter("ignore")
        for baseline, estimator in baselines.items():
            evaluations[baseline] = evaluate(estimator.fit(X, y), *unseen)
    return evaluations
