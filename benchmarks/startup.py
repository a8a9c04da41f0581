"""A whole process, from start to end: import, train the playground's network, predict."""

import os
import subprocess
import sys
from collections.abc import Callable

__all__ = ["startups"]

TRAINING = """
import numpy as np
from {package} import MLPClassifier
rng = np.random.default_rng(0)
X = rng.normal(size=(500, 2))
y = X[:, 0] * X[:, 1] > 0
classifier = MLPClassifier((8, 8), activation="tanh", batch_size=32, max_iter=100, tol=0)
classifier.fit(X, y).predict(X)
"""


def startups() -> dict[str, dict[str, Callable[[], object]]]:
    """Return what is run in a Python of its own; importing PyTorch is all that it has to do."""
    return {
        "process": {
            "errorest": _process(TRAINING.format(package="errorest")),
            "scikit-learn": _process(TRAINING.format(package="sklearn.neural_network")),
            "import torch": _process("import torch"),
        }
    }


def _process(program: str) -> Callable[[], object]:
    # As a user's second start: modules are there as bytecode.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    # Warnings, such as that of training to the last epoch, are not what is timed.
    command = [sys.executable, "-W", "ignore", "-c", program]
    return lambda: subprocess.run(command, env=environment, check=True)
