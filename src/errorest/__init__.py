"""Neural-network classification for tables, open at every step.

The names below are imported when they are first used, so that ``import errorest`` and the
command line start fast.
"""

import importlib
import pkgutil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from errorest import (
        datasets,
        engine as engine,
        estimators as estimators,
        exceptions as exceptions,
        files as files,
        maths,
        network as network,
        notices as notices,
        output as output,
        playground as playground,
        plots,
        report as report,
        tables as tables,
        training,
    )
    from errorest.engine import build_info
    from errorest.estimators import (
        Likelihood,
        LogisticRegression,
        MLPClassifier,
        Perceptron,
        TableClassifier,
    )
    from errorest.files import load, save

    __version__: str

__all__ = [
    "Likelihood",
    "LogisticRegression",
    "MLPClassifier",
    "Perceptron",
    "TableClassifier",
    "build_info",
    "datasets",
    "load",
    "maths",
    "plots",
    "save",
    "training",
]

_HOMES = {
    "Likelihood": "errorest.estimators",
    "LogisticRegression": "errorest.estimators",
    "MLPClassifier": "errorest.estimators",
    "Perceptron": "errorest.estimators",
    "TableClassifier": "errorest.estimators",
    "build_info": "errorest.engine",
    "load": "errorest.files",
    "save": "errorest.files",
}


# Type checkers know the names from above, and would believe any other.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name == "__version__":
            return importlib.import_module("importlib.metadata").version("errorest")
        modules = {module.name for module in pkgutil.iter_modules(__path__)}
        try:
            if name in _HOMES:
                return getattr(importlib.import_module(_HOMES[name]), name)
            if name in modules and not name.startswith("_"):
                return importlib.import_module(f"errorest.{name}")
        except AttributeError as error:
            # In another library: as such, Python would take the name for an unknown one.
            raise ImportError(f"errorest.{name} cannot be imported: {error}") from error
        raise AttributeError(f"module 'errorest' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
