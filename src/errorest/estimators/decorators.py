"""scikit-learn's decorators of methods, which keep the methods' types here.

>>> class Model:
...     fitted = False
...
...     @available_if(lambda model: model.fitted)
...     def trace(self): ...
>>> hasattr(Model(), "trace")
False
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from sklearn import callback
from sklearn.utils import metaestimators

__all__ = ["available_if", "with_callbacks"]

_Method = TypeVar("_Method", bound=Callable[..., Any])


def available_if(check: Callable[[Any], bool]) -> Callable[[_Method], _Method]:
    """Let an object have a method only while the check is true of it.

    Parameters
    ----------
    check : callable
        Takes the object; what it raises explains why the method is missing.
    """
    return cast(Callable[[_Method], _Method], metaestimators.available_if(check))


def with_callbacks(fit: _Method) -> _Method:
    """Let callbacks end in the way they should, even if the fit fails."""
    return cast(_Method, callback.with_callbacks(fit))
