"""Fits that fail: what stands half-way is undone.

>>> class Model:
...     classes_ = ["no", "yes"]
...
...     @unchanged_by_failure
...     def fit(self):
...         self.classes_ = ["a", "b", "c"]
...         raise ValueError("the loss is not finite")
>>> model = Model()
>>> try:
...     model.fit()
... except ValueError:
...     print(model.classes_)
['no', 'yes']
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

__all__ = ["unchanged_by_failure"]

_Method = TypeVar("_Method", bound=Callable[..., Any])


def unchanged_by_failure(method: _Method) -> _Method:
    """Let a method that raises leave the attributes of its object as they were.

    New classes beside the weights of an earlier fit would make wrong predictions.
    """

    @wraps(method)
    def wrapped(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        before = dict(vars(self))
        try:
            return method(self, *args, **kwargs)
        except BaseException:
            vars(self).clear()
            vars(self).update(before)
            raise

    return cast(_Method, wrapped)
