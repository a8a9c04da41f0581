"""Draw the picture of the README: one line, and a network's curve, on the same points.

Run ``python docs/readme_picture.py``; it writes docs/boundaries.png.
"""

from pathlib import Path

import matplotlib.pyplot as plt

from errorest import LogisticRegression, MLPClassifier, datasets
from errorest.plots import BoundaryDisplay


def main() -> None:
    """Write the picture beside this script."""
    moons = datasets.load("moons", seed=1)
    X = moons.frame[["x1", "x2"]].to_numpy()
    y = moons.frame[moons.target].map({0: "upper moon", 1: "lower moon"}).to_numpy()
    models = {
        "Logistic regression: one line": LogisticRegression(),
        "Two hidden layers: lines joined into a curve": MLPClassifier(
            (16, 16), activation="tanh", solver="lbfgs", alpha=0.1, max_iter=1000, random_state=0
        ),
    }
    figure, axes = plt.subplots(1, 2, figsize=(10, 4), sharey=True, layout="constrained")
    for ax, (title, model) in zip(axes, models.items(), strict=True):
        BoundaryDisplay.from_estimator(model.fit(X, y), X, y, ax=ax)
        ax.set_title(title)
    axes[1].set_ylabel("")
    axes[1].get_legend().remove()
    figure.savefig(Path(__file__).parent / "boundaries.png", dpi=110)


if __name__ == "__main__":
    main()
