"""Reliability before and after temperature scaling."""

from typing import Any

from matplotlib.axes import Axes
from sklearn.calibration import CalibrationDisplay

from errorest.exceptions import PictureError
from errorest.plots.axes import axes_or_new
from errorest.plots.inner import unwrapped
from errorest.plots.palette import class_styles, faint_ink

__all__ = ["calibration_display"]


def calibration_display(estimator: Any, *, ax: Axes | None = None) -> list[CalibrationDisplay]:
    """Draw how often the likeliest class of validation rows was right, by its probability.

    Parameters
    ----------
    estimator : MLPClassifier
        Fitted with ``calibration="temperature"``; or a TableClassifier with one inside.
    ax : matplotlib Axes, optional

    Returns
    -------
    list of sklearn.calibration.CalibrationDisplay
        Before and after the logits were divided by the temperature.

    Raises
    ------
    PictureError
        If the classifier was not calibrated.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from sklearn.datasets import make_classification
    >>> from errorest import MLPClassifier
    >>> X, y = make_classification(600, flip_y=0.3, random_state=0)
    >>> model = MLPClassifier((64,), learning_rate_init=0.02, tol=0.001, random_state=0)
    >>> model = model.set_params(calibration="temperature", validation_fraction=0.5).fit(X, y)
    >>> before, after = calibration_display(model)
    >>> before.estimator_name.split(": ")[0], after.estimator_name.split(": ")[0]
    ('before', 'after')
    >>> plt.close()
    """
    calibration = getattr(unwrapped(estimator)[0], "calibration_", None)
    if calibration is None:
        raise PictureError("nothing was calibrated: fit with calibration='temperature'")
    ax = axes_or_new(ax)
    ax.plot([0, 1], [0, 1], color=faint_ink(ax), linestyle="--", linewidth=1)
    displays = []
    diagrams = {"before": calibration.before, "after": calibration.after}
    for style, (name, diagram) in zip(class_styles(2), diagrams.items(), strict=True):
        known = diagram.weight > 0
        display = CalibrationDisplay(
            diagram.accuracy[known],
            diagram.confidence[known],
            None,
            estimator_name=f"{name}: expected calibration error {diagram.expected_error:.2f}",
        )
        display.plot(ax=ax, ref_line=False, color=style.color, marker=style.marker)
        displays.append(display)
    ax.set(xlabel="probability of the likeliest class", ylabel="share of rows where it is right")
    ax.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03))
    ax.legend(loc="upper left")
    return displays
