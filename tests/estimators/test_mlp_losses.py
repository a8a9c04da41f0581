"""Losses of a user's own, and losses that a classifier cannot take."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from errorest import MLPClassifier
from errorest.maths import (
    BinaryCrossEntropy,
    BrierLoss,
    CrossEntropy,
    FocalLoss,
    LabelSmoothing,
    Loss,
    PerceptronLoss,
    SquaredError,
    sigmoid,
    softmax,
)

rng = np.random.default_rng(0)
X = rng.normal(size=(200, 2))
THREE = np.digitize(X[:, 0], [0, 1])
TWO = THREE > 0


def mlp(loss: Loss | LabelSmoothing | str = "log_loss") -> MLPClassifier:
    return MLPClassifier((8,), loss=loss, alpha=0, solver="sgd", max_iter=20, random_state=0)


@dataclass(frozen=True)
class Doubled(CrossEntropy):
    """A user's own loss."""

    def __call__(self, logits: Any, targets: Any) -> Any:
        return 2 * super().__call__(logits, targets)

    def gradient(self, logits: Any, targets: Any) -> Any:
        return 2 * (softmax(logits) - targets)


class DoubledForTwo(Doubled):
    """And what it is where one output stands for two classes."""

    def for_independent_outputs(self) -> Loss:
        return DoubledBinary()


class DoubledBinary(BinaryCrossEntropy):
    def __call__(self, logits: Any, targets: Any) -> Any:
        return 2 * super().__call__(logits, targets)

    def gradient(self, logits: Any, targets: Any) -> Any:
        return 2 * (sigmoid(logits) - targets)


@pytest.mark.filterwarnings("ignore:this training runs on the reference engine")
@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize(("loss", "y"), [(Doubled(), THREE), (DoubledForTwo(), TWO)])
def test_an_own_loss(loss: Loss, y: Any) -> None:
    own, plain = mlp(loss).fit(X, y), mlp().fit(X, y)
    assert own.loss_curve_[0] == pytest.approx(2 * plain.loss_curve_[0], rel=0.2)


class OwnFocal(FocalLoss):
    """One that may have formulas of its own, of which the binary loss knows nothing."""


class OwnBrier(BrierLoss):
    """As above."""


@dataclass(frozen=True)
class Shifted(CrossEntropy):
    """A loss of four classes alone, whose probabilities are not those of the logits."""

    def output(self, logits: Any) -> Any:
        return softmax(logits + np.arange(4.0))


@pytest.mark.parametrize(
    ("loss", "y", "output"),
    [
        (SquaredError(), TWO, "sigmoid"),
        (PerceptronLoss(), TWO, "sigmoid"),
        (LabelSmoothing(0.1, SquaredError()), THREE, "softmax"),
        (BinaryCrossEntropy(), THREE, "softmax"),
        (Doubled(), TWO, "sigmoid"),
        (OwnFocal(), TWO, "sigmoid"),
        (OwnBrier(), TWO, "sigmoid"),
        (Doubled(), np.stack([TWO, X[:, 1] > 0], axis=1).astype(int), "sigmoid"),
        (Shifted(), np.digitize(X[:, 0], [-1, 0, 1]), "softmax"),
    ],
    ids=repr,
)
def test_a_loss_whose_output_is_no_probability_is_refused(loss: Loss, y: Any, output: str) -> None:
    its = r"\.for_independent_outputs\(\), taken for two .*," if output == "sigmoid" else ""
    expected = f"not one of probabilities.*: the output of \\w+{its} must be the {output} of"
    with pytest.raises(ValueError, match=expected):
        mlp(loss).fit(X, y)
