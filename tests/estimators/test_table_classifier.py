"""A classifier that takes a table as it is."""

from collections.abc import Callable
from copy import copy
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from errorest import LogisticRegression, Perceptron, TableClassifier, datasets
from errorest.estimators import TabularMLPClassifier
from errorest.exceptions import TableError, TableWarning
from errorest.tables import Schema
from errorest.tables.encoder import code_levels

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


def test_settings_of_an_estimator_that_is_not_given_are_refused() -> None:
    search = GridSearchCV(TableClassifier(), {"estimator__alpha": [0.1]}, cv=2)
    with pytest.raises(ValueError, match="estimator is None; give one, such as TableClassifier"):
        search.fit(X, Y)
    model = TableClassifier().set_params(estimator=LogisticRegression(), estimator__C=0.1)
    assert model.estimator.C == 0.1


def test_columns_without_names_are_taken_in_order(fitted: TableClassifier) -> None:
    with pytest.warns(UserWarning, match="X does not have valid feature names") as told:
        answers = fitted.predict_proba(X.to_numpy())
    assert [warning.filename for warning in told] == [__file__]
    np.testing.assert_array_equal(answers, fitted.predict_proba(X))
    with pytest.raises(ValueError, match="X has 2 features, but TableClassifier is expecting 7"):
        fitted.predict(X.to_numpy()[:, :2])


def test_arrays_are_no_news_to_whoever_takes_the_names_away(fitted: TableClassifier) -> None:
    """As in scikit-learn's estimators: SHAP does so before it asks for rows without names."""
    nameless: Any = copy(fitted)
    nameless.feature_names_in_ = None
    answers = nameless.predict_proba(X.to_numpy())
    np.testing.assert_array_equal(answers, fitted.predict_proba(X))
    frame = nameless.predict_proba(X[X.columns[::-1]])
    np.testing.assert_array_equal(frame, answers)


@pytest.mark.parametrize("dtype", ["object", "string", "category"])
def test_missing_labels_are_refused_by_their_row(dtype: Any) -> None:
    y = Y.astype("object").where(np.arange(len(Y)) != 3, None).astype(dtype)
    with pytest.raises(TableError, match="Input y contains NaN: row 4 has no label"):
        TableClassifier(LogisticRegression()).fit(X, y)


def test_the_name_of_the_target_is_no_label() -> None:
    with pytest.raises(ValueError, match=r"fit\(table.drop\(columns='year'\), table\['year'\]\)"):
        TableClassifier(LogisticRegression()).fit(X, "year")


def test_a_trace_begins_with_the_cells_as_they_are() -> None:
    """A student of EXAMPLES no 17: gre and gpa scaled, rank one-hot."""
    students = pd.DataFrame(
        {"gre": [380, 660, 800, 640], "gpa": [3.61, 3.67, 4.0, 3.19], "rank": [3, 3, 1, 4]}
    )
    model = TableClassifier(LogisticRegression(), kinds={"gre": "number", "rank": "category"})
    traced = model.fit(students, [0, 1, 1, 1]).trace(students.head(1), 0)
    assert traced.cells == [("gre", "380"), ("gpa", "3.61"), ("rank", "3")]


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


def test_the_seed_reaches_an_estimator_without_one() -> None:
    # Of each split alone, a tree draws the columns that it may use.
    tree = DecisionTreeClassifier(max_features=1)
    seeded = clone(tree).set_params(random_state=3)
    model = TableClassifier(tree, random_state=3).fit(X, Y)
    assert model.estimator_.random_state == 3
    assert tree.random_state is None
    np.testing.assert_array_equal(
        model.predict_proba(X), TableClassifier(seeded, random_state=5).fit(X, Y).predict_proba(X)
    )


@pytest.mark.parametrize("estimator", [LogisticRegression(max_iter=500), DecisionTreeClassifier()])
def test_any_classifier_inside_cross_validation(estimator: Any) -> None:
    model = clone(TableClassifier(estimator))
    assert cross_val_score(model, X, Y, cv=3).mean() > 0.9


def test_what_is_no_classifier_is_refused() -> None:
    model = TableClassifier(make_pipeline(StandardScaler(), LinearRegression()))
    with pytest.raises(ValueError, match="trains a classifier, and Pipeline is none"):
        model.fit(X, Y == "Gentoo")


def test_which_estimator_lacks_a_method_is_told() -> None:
    model = TableClassifier(Perceptron()).fit(X, Y == "Gentoo")
    with pytest.raises(AttributeError, match="no attribute 'predict_proba'") as missing:
        model.predict_proba(X)
    assert "'Perceptron' object has no attribute" in str(missing.value.__cause__)


def test_tracing_needs_a_network() -> None:
    model = TableClassifier(DecisionTreeClassifier()).fit(X, Y)
    with pytest.raises(TypeError, match="no network to trace"):
        model.trace(X.head(1))


def test_a_trace_begins_with_the_rows_own_cells(fitted: TableClassifier) -> None:
    row, point, *_ = fitted.trace(X[3:4], Y[3]).tables()
    assert row.rows[:2] == [("island", "Torgersen"), ("bill_length_mm", "missing")]
    assert (row.title, point.title.split(",")[0]) == ("The row", "The point")
    widest = fitted.trace(X[:1]).tables(max_rows=2)[0]
    assert widest.title == "The row (the first 2 of 7 columns)"
    # A network that was given numbers has no row beside them.
    numbers = fitted.estimator_.trace(fitted.encode(X[:1]))
    assert numbers.tables()[0].title == "The point"


def test_a_small_table_is_learned_without_settings() -> None:
    small = pd.DataFrame({"x": [1.5, 2.5, 7.5, 8.0]})
    model = TableClassifier(random_state=0).fit(small, ["low", "low", "high", "high"])
    assert list(model.predict(small)) == ["low", "low", "high", "high"]


def mixed(n_rows: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Dates, a category of many levels, missing cells, free text, yes and no."""
    rng = np.random.default_rng(0)
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 700, n_rows), unit="D")
    town = rng.integers(0, 15, n_rows)
    size = pd.Series(rng.normal(size=n_rows)).where(rng.random(n_rows) > 0.1)
    table = pd.DataFrame(
        {
            "day": day.strftime("%Y-%m-%d"),
            "town": [f"town {i}" for i in town],
            "size": size,
            "paid": rng.choice(["yes", "no"], n_rows),
            "note": [f"row {i} of {rng.integers(1000)} notes" for i in range(n_rows)],
        }
    )
    return table, np.where(size.fillna(0) + (town % 4 == 0) > 0.5, "late", "in time")


def test_every_kind_of_column_of_pandas_and_polars() -> None:
    table, labels = mixed(500)
    estimator = TabularMLPClassifier((16,), max_iter=64, n_members=2, random_state=0)
    with pytest.warns(TableWarning, match="free text, left out .* 'note'"):
        model = TableClassifier(estimator).fit(table, labels)
    assert list(code_levels(model.encoder_).values()) == [15]
    assert [column.name for column in model.schema_.left_out] == ["note"]
    assert model.score(table, labels) > 0.9
    expected = model.predict_proba(table)
    other = pl.DataFrame(table.replace({np.nan: None}).to_dict("list"))
    np.testing.assert_array_equal(model.predict_proba(other), expected)
    unseen = table.head(3).assign(town="elsewhere", size=None)
    with pytest.warns(TableWarning, match="'elsewhere'"):
        assert np.isfinite(model.predict_proba(unseen)).all()


@pytest.mark.long_on_reference
def test_ten_thousand_levels_and_five_thousand_columns() -> None:
    rng = np.random.default_rng(0)
    estimator = TabularMLPClassifier((8,), max_iter=15, n_members=2, random_state=0)
    codes = pd.DataFrame({"code": [f"c{i % 10_000}" for i in range(12_000)]})
    model = TableClassifier(estimator, kinds={"code": "category"})
    model.fit(codes, rng.choice(["a", "b"], 12_000))
    assert list(code_levels(model.encoder_).values()) == [10_000]
    wide = pd.DataFrame(rng.normal(size=(60, 5000)).astype(np.float32)).add_prefix("x")
    labels = np.where(wide["x7"] > 0, "a", "b")
    with pytest.warns(TableWarning, match="'x7' alone determines"):
        TableClassifier(estimator).fit(wide, labels)


def test_a_column_that_gives_the_target_away_is_named() -> None:
    table, labels = mixed(200)
    table = table.drop(columns="note")
    table["fine"] = np.where(labels == "late", 25.0, 0.0)
    estimator = TabularMLPClassifier((8,), max_iter=15, n_members=2, random_state=0)
    with pytest.warns(TableWarning, match="'fine' alone determines every row's class"):
        TableClassifier(estimator).fit(table, labels)


NOTED = X.assign(note=[f"a remark of its own, number {i}" for i in range(len(X))])
UNSEEN = X.head(3).assign(island="Atlantis", when="now").drop(columns="sex")


@pytest.mark.parametrize(
    ("call", "n_warnings"),
    [
        (lambda fitted: Schema.recognise(NOTED), 1),
        (lambda fitted: clone(fitted).fit(NOTED, Y), 1),
        (lambda fitted: fitted.schema_.conform(UNSEEN), 3),
        (lambda fitted: fitted.encode(UNSEEN), 3),
        (lambda fitted: fitted.predict(UNSEEN), 3),
        (lambda fitted: fitted.score(UNSEEN, Y.head(3)), 3),
    ],
)
def test_warnings_of_a_table_point_at_the_line_that_gave_it(
    call: Callable[[TableClassifier], Any], n_warnings: int, fitted: TableClassifier
) -> None:
    with pytest.warns(TableWarning) as caught:
        call(fitted)
    assert [warning.filename for warning in caught] == [__file__] * n_warnings
