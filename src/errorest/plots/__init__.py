"""Pictures of classifiers, with matplotlib."""

from errorest.plots.boundary import BoundaryDisplay
from errorest.plots.palette import ClassStyle, class_styles

__all__ = ["BoundaryDisplay", "ClassStyle", "class_styles"]
