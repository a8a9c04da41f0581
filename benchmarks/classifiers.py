"""Who is compared on tables: each entry makes a new classifier from a seed, all by their defaults.

They take numbers and pandas categories, with missing cells.
"""

import importlib.util
import logging
from collections.abc import Callable
from typing import Any

from joblib import cpu_count
from sklearn import linear_model, neural_network
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import errorest

__all__ = ["CLASSIFIERS", "OWN"]

OWN = "TableClassifier"

_NUMBERS = make_column_selector(dtype_include="number")
_CATEGORIES = make_column_selector(dtype_include="category")


def _encoded(classifier: Any) -> Any:
    """Put the usual preparation before a classifier that wants numbers only."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    categories = make_pipeline(
        SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")
    )
    encoder = make_column_transformer((numbers, _NUMBERS), (categories, _CATEGORIES))
    return make_pipeline(encoder, classifier)


def _realmlp(seed: int, **settings: Any) -> Any:
    """Let RealMLP prepare all but missing numbers, which it refuses."""
    from pytabkit import RealMLP_TD_Classifier

    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    imputer = make_column_transformer(
        (SimpleImputer(strategy="median"), _NUMBERS),
        remainder="passthrough",
        verbose_feature_names_out=False,
    )
    return make_pipeline(
        imputer.set_output(transform="pandas"),
        RealMLP_TD_Classifier(random_state=seed, n_threads=cpu_count(), **settings),
    )


CLASSIFIERS: dict[str, Callable[[int], Any]] = {
    OWN: lambda seed: errorest.TableClassifier(random_state=seed),
    "LogisticRegression": lambda seed: _encoded(linear_model.LogisticRegression()),
    "MLPClassifier": lambda seed: _encoded(neural_network.MLPClassifier(random_state=seed)),
    "HistGradientBoosting": lambda seed: HistGradientBoostingClassifier(random_state=seed),
}
if importlib.util.find_spec("pytabkit"):
    CLASSIFIERS["RealMLP"] = _realmlp
    # What its documentation advises to those who want probabilities.
    CLASSIFIERS["RealMLP log-loss"] = lambda seed: _realmlp(
        seed, val_metric_name="cross_entropy", use_ls=False
    )
