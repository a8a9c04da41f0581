"""The page: what is on it, in which order, and how it is filled in."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import jinja2
import matplotlib as mpl
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from errorest.estimators import TableClassifier, column_importances
from errorest.estimators.groups import numbered
from errorest.exceptions import ErrorestError, PictureError
from errorest.notices import collecting, pass_on
from errorest.plots.table_boundary import axis_columns
from errorest.report.dependence import column_dependence
from errorest.report.estimates import estimate_metrics
from errorest.report.mistakes import certain_mistakes
from errorest.report.picture import DARK_PAPER, Picture
from errorest.report.pictures import (
    boundary_picture,
    confusion_picture,
    dependence_picture,
    importance_picture,
    network_picture,
    reliability_picture,
    training_picture,
)
from errorest.tables import as_dataframe
from errorest.wording import counted

__all__ = ["build_report"]

_N_DEPENDENCES = 4


def build_report(
    model: TableClassifier,
    X: pd.DataFrame,
    y: "pd.Series[Any]",
    *,
    title: str,
    facts: Mapping[str, object],
    versions: Mapping[str, object],
    groups: ArrayLike | None = None,
    seed: int = 0,
    on_step: Callable[[str], object] = lambda step: None,
) -> str:
    """Describe a model and how it does on a table.

    Parameters
    ----------
    model : TableClassifier
    X : DataFrame of shape (n_rows, n_columns)
    y : Series of shape (n_rows,)
        The classes that the model should predict, all of which it must know.
    title : str
    facts, versions : mapping of str to object
        Of the model, and of what made the report, to be listed.
    groups : array-like of shape (n_rows,), optional
        The group of each row, such as its patient, if confidence intervals are to count groups.
    seed : int, default=0
        Of permutations, and of the choice of rows.
    on_step : callable, optional
        Hears what is being done.

    Returns
    -------
    str
        HTML without any reference to other files.

    Raises
    ------
    ErrorestError
        If the model holds no network, or knows one class only.
    ValueError
        If there is not one group for each row.
    """
    estimator = model.estimator_
    if not hasattr(estimator, "network_"):
        raise ErrorestError(f"a {type(estimator).__name__} holds no network to report on")
    if len(model.classes_) < 2:
        raise ErrorestError(f"the model knows only the class {model.classes_[0]}")
    on_step("reading the table")
    X = as_dataframe(X)
    group_of = None if groups is None else numbered(groups, X)
    encoded, labels = model.encode(X), y.to_numpy()
    on_step("measuring")
    estimates = estimate_metrics(estimator, encoded, labels, groups=group_of)
    on_step("shuffling columns")
    importances = column_importances(model, X, labels, seed=seed)
    has_probabilities = hasattr(estimator, "predict_proba")
    quantity = "increase in log-loss" if has_probabilities else "drop in accuracy"
    on_step("varying columns")
    # Not those that cannot be an axis, or of which this table has no cell.
    names, possible = [column.name for column in importances], axis_columns(model)
    ranked = [name for name in names if name in possible and X[name].notna().any()]
    # scikit-learn cannot vary the columns of one or two rows.
    varied = ranked[:_N_DEPENDENCES] if len(X) > 2 else []
    dependences = [column_dependence(model, X, name, seed=seed) for name in varied]
    on_step("drawing")
    with _without_a_screen(), collecting() as said:
        pictures: dict[str, Picture | str] = {
            "training": _attempt(training_picture, model),
            "confusion": _attempt(confusion_picture, estimator, encoded, labels),
            "reliability": _attempt(reliability_picture, estimator, encoded, labels),
            "importance": _attempt(importance_picture, importances, quantity),
            "dependence": _attempt(dependence_picture, dependences, model)
            if dependences
            else "it needs three rows, and a column of numbers or of few words",
            "boundary": _attempt(boundary_picture, model, X, labels, ranked[:2] or None),
            "network": _attempt(network_picture, model, encoded),
        }
    # Each picture is drawn twice, and several may show the same names.
    pass_on(said)
    on_step("tracing mistakes")
    mistakes = certain_mistakes(model, X, y, encoded)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("errorest.report", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(
        title=title,
        dark_paper=DARK_PAPER,
        counted=counted,
        n_rows=len(X),
        n_groups=None if group_of is None else len(np.unique(group_of)),
        target=model.target_name_,
        facts=facts,
        versions=versions,
        training_seed=getattr(estimator, "random_state", None),
        seed=seed,
        averaged=estimator._averaged,
        columns=model.schema_.columns,
        estimates=estimates,
        importances=importances,
        n_used=sum(column.name in X for column in model.schema_.used),
        quantity=quantity,
        pictures=pictures,
        mistakes=mistakes,
        n_mistakes=int(np.sum(estimator.predict(encoded) != labels)),
        certainty="probability" if has_probabilities else "logit margin",
    )


@contextmanager
def _without_a_screen() -> Iterator[None]:
    """Draw in memory inside a ``with`` block, and then where the user's own pictures are drawn."""
    backend = mpl.get_backend()
    mpl.use("agg")
    try:
        yield
    finally:
        # Without a screen, one that was asked for may not be there.
        mpl.use(backend, force=False)


def _attempt(draw: Callable[..., Picture], *arguments: Any) -> Picture | str:
    """Draw a picture, or say why there is none."""
    try:
        return draw(*arguments)
    except PictureError as error:
        return str(error)
