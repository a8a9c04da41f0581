"""A classifier that takes a table as it is."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_score
from sklearn.tree import DecisionTreeClassifier

from errorest import LogisticRegression, TableClassifier, datasets
from errorest.estimators import default_network
from errorest.exceptions import TableError, TableWarning
from errorest.tables import Schema

PENGUINS = datasets.load("penguins").frame
X, Y = PENGUINS.drop(columns="species"), PENGUINS["species"]


@pytest.fixture(scope="module")
def fitted() -> TableClassifier:
    model = TableClassifier(LogisticRegression(max_iter=500))
    model.fit(X, Y)
    return model


def test_mixed_columns_and_missing_cells(fitted: TableClassifier) -> None:
    assert fitted.score(X, Y) > 0.97
    assert fitted.predict_proba(X).sum(axis=1) == pytest.approx(1)
    assert fitted.target_name_ == "species"
    assert list(fitted.feature_names_in_) == list(X.columns)


def test_other_libraries_and_column_orders_give_the_same_answers(fitted: TableClassifier) -> None:
    expected = fitted.predict_proba(X)
    np.testing.assert_array_equal(fitted.predict_proba(X[X.columns[::-1]]), expected)
    columns = {name: X[name].astype(object).where(X[name].notna(), None) for name in X}
    polars = pl.DataFrame({name: cells.tolist() for name, cells in columns.items()})
    np.testing.assert_array_equal(fitted.predict_proba(polars), expected)


def test_unknown_categories_and_absent_columns_are_said(fitted: TableClassifier) -> None:
    with pytest.warns(TableWarning, match="'Atlantis' in 'island'"):
        fitted.predict(X.head(2).assign(island="Atlantis"))
    with pytest.warns(TableWarning, match="absent.*'sex'"):
        fitted.predict(X.head(2).drop(columns="sex"))
    with pytest.raises(TableError, match="lacks"):
        fitted.predict(X[["year"]])


def test_kinds_overrule_and_a_schema_replaces_recognition() -> None:
    model = TableClassifier(LogisticRegression(max_iter=500), kinds={"year": "category"})
    names = model.fit(X, Y).encoder_.get_feature_names_out()
    assert {"year_2007", "year_2008", "year_2009"} <= set(names)
    schema = Schema.recognise(X)
    part = TableClassifier(LogisticRegression(max_iter=500), kinds=schema).fit(X[:200], Y[:200])
    assert part.schema_ == schema


def test_not_fitted() -> None:
    for method in ("predict", "predict_proba", "decision_function", "trace", "encode"):
        with pytest.raises(NotFittedError):
            getattr(TableClassifier(), method)(X)


def test_weights_reach_the_estimator() -> None:
    weight = np.where(Y == "Gentoo", 1.0, 0.0)
    weight[:2] = 1
    model = TableClassifier(LogisticRegression(max_iter=500)).fit(X, Y, sample_weight=weight)
    assert (model.predict(X) == "Chinstrap").sum() == 0


@pytest.mark.parametrize("estimator", [LogisticRegression(max_iter=500), DecisionTreeClassifier()])
def test_any_classifier_inside_cross_validation(estimator: Any) -> None:
    model = clone(TableClassifier(estimator))
    assert cross_val_score(model, X, Y, cv=3).mean() > 0.9


def test_tracing_needs_a_network() -> None:
    model = TableClassifier(DecisionTreeClassifier()).fit(X, Y)
    with pytest.raises(TypeError, match="no network to trace"):
        model.trace(X.head(1))


def test_default_network_sets_rows_aside_only_where_there_are_enough() -> None:
    assert default_network(["a"] * 50 + ["b"] * 50).early_stopping is not False
    assert default_network(["a"] * 50 + ["b"]).early_stopping is False
    small = pd.DataFrame({"x": [1.5, 2.5, 7.5, 8.0]})
    model = TableClassifier(random_state=0).fit(small, ["low", "low", "high", "high"])
    assert list(model.predict(small)) == ["low", "low", "high", "high"]
