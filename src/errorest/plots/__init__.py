"""Pictures of classifiers and of how they were trained, with matplotlib.

Displays follow scikit-learn's convention: ``from_estimator`` computes and draws, ``plot`` draws
again, artists are attributes. Text, lines and background take their colours from matplotlib's
style in use, so that ``plt.style.context("dark_background")`` makes pictures for a dark page.
"""

from errorest.plots.activation import ActivationDisplay
from errorest.plots.animation import animate_training
from errorest.plots.boundary import BoundaryDisplay
from errorest.plots.calibration import calibration_display
from errorest.plots.error_counting import ErrorCountingDisplay
from errorest.plots.error_surface import ErrorSurfaceDisplay
from errorest.plots.evaluation import (
    confusion_display,
    precision_recall_display,
    reliability_display,
    roc_display,
)
from errorest.plots.film import Film
from errorest.plots.loss_curve import LossCurveDisplay
from errorest.plots.network import NetworkDisplay
from errorest.plots.palette import ClassStyle, class_styles
from errorest.plots.probability_curve import ProbabilityCurveDisplay
from errorest.plots.table_boundary import draw_table_boundary
from errorest.plots.trace import TraceDisplay
from errorest.plots.weights import WeightsDisplay

__all__ = [
    "BoundaryDisplay",
    "ProbabilityCurveDisplay",
    "NetworkDisplay",
    "TraceDisplay",
    "WeightsDisplay",
    "LossCurveDisplay",
    "ErrorSurfaceDisplay",
    "ErrorCountingDisplay",
    "ActivationDisplay",
    "confusion_display",
    "roc_display",
    "precision_recall_display",
    "reliability_display",
    "calibration_display",
    "draw_table_boundary",
    "animate_training",
    "Film",
    "ClassStyle",
    "class_styles",
]
