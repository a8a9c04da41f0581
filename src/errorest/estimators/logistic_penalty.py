"""What scikit-learn's settings of logistic regression say about its penalty.

>>> from errorest import LogisticRegression
>>> Penalty.of(LogisticRegression(C=10, l1_ratio=0.25, solver="saga"))
Penalty(strength=0.1, l1_ratio=0.25)
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from errorest.notices import warn

__all__ = ["SCIKIT_LEARN_SOLVERS", "Penalty"]

SCIKIT_LEARN_SOLVERS = ("lbfgs", "liblinear", "newton-cg", "newton-cholesky", "sag", "saga")

# Which value of l1_ratio a name that scikit-learn is about to drop stands for.
_L1_RATIOS = {"l1": 1.0, "l2": 0.0, None: 0.0}


@dataclass(frozen=True)
class Penalty:
    """``strength sum_j (l1_ratio |w_j| + (1 - l1_ratio) w_j^2 / 2)``, beside a sum of losses.

    Parameters
    ----------
    strength : float
        ``1 / C``; 0 for none.
    l1_ratio : float
    """

    strength: float
    l1_ratio: float

    @classmethod
    def of(cls, model: Any) -> "Penalty":
        """Read it from a LogisticRegression's settings.

        Raises
        ------
        ValueError
            If the settings contradict each other, or the solver.

        Warns
        -----
        FutureWarning
            For what scikit-learn has deprecated.
        UserWarning
            If a setting has no effect.
        """
        _warn_of_deprecated(model)
        if model.penalty == "elasticnet" and model.l1_ratio is None:
            raise ValueError("l1_ratio must be specified when penalty is elasticnet.")
        C = 1.0 if model.C == "auto" else float(model.C)
        l1_ratio = float(model.l1_ratio or 0)
        if model.penalty in _L1_RATIOS:
            if 0 < l1_ratio < 1:
                warn(
                    "l1_ratio parameter is only used when penalty is 'elasticnet'. "
                    f"Got (penalty={model.penalty})",
                )
            if model.penalty is not None and l1_ratio != _L1_RATIOS[model.penalty]:
                warn(
                    f"Inconsistent values: penalty={model.penalty} with "
                    f"l1_ratio={model.l1_ratio}. Leave penalty out.",
                )
            l1_ratio = _L1_RATIOS[model.penalty]
        if model.penalty is None:
            if model.C != 1:
                warn("Setting penalty=None will ignore the C")
            C = np.inf
        penalty = cls(1 / C, 0.0 if np.isinf(C) else l1_ratio)
        penalty._check_solver(model)
        return penalty

    def per_parameter(self, n_weights: int, biases: float, n_biases: int) -> NDArray[np.float64]:
        """Return the strength for each weight and each bias; ``biases`` is that of a bias."""
        return self.strength * np.repeat([1.0, biases], [n_weights, n_biases])

    def _check_solver(self, model: Any) -> None:
        solver = model.solver
        if solver not in ("liblinear", "saga") and self.l1_ratio > 0:
            name = "l1" if self.l1_ratio == 1 else "elasticnet"
            raise ValueError(
                f"Solver {solver} supports only 'l2' or None penalties, got {name} penalty: use "
                "solver='saga'"
            )
        if solver != "liblinear" and model.dual:
            raise ValueError(f"Solver {solver} supports only dual=False, got dual=True")
        if solver == "liblinear" and 0 < self.l1_ratio < 1:
            raise ValueError(
                f"Only 'saga' solver supports elasticnet penalty, got solver={solver}."
            )
        if solver == "liblinear" and self.strength == 0:
            raise ValueError(
                "C=np.inf or penalty=None is not supported for the liblinear solver: use 'lbfgs'"
            )
        if model.dual and self.l1_ratio > 0:
            raise ValueError("dual=True goes only with the L2 penalty: set l1_ratio=0")


def _warn_of_deprecated(model: Any) -> None:
    if model.penalty != "deprecated":
        warn(
            "'penalty' was deprecated by scikit-learn 1.8: use l1_ratio=0 for 'l2', l1_ratio=1 "
            "for 'l1', a number between for 'elasticnet', and C=np.inf for None",
            FutureWarning,
        )
    elif model.l1_ratio is None:
        warn(
            "'l1_ratio=None' was deprecated by scikit-learn 1.8: use l1_ratio=0",
            FutureWarning,
        )
    if model.n_jobs is not None:
        warn(
            "'n_jobs' has no effect, and was deprecated by scikit-learn 1.8: leave it out",
            FutureWarning,
        )
