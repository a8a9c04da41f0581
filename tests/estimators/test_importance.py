"""Permutation importance of a table's columns, beside scikit-learn's of the encoded ones."""

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.inspection import permutation_importance

from errorest import LogisticRegression, Perceptron, TableClassifier
from errorest.estimators import column_importances
from errorest.exceptions import TableWarning


def table(n_rows: int) -> tuple[pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(n_rows, 3)), columns=["weak", "noise", "strong"])
    y = X["weak"] + 3 * X["strong"] + 0.3 * rng.normal(size=n_rows) > 0
    return X, y.map({True: "yes", False: "no"}).rename("label")


def test_of_numbers_it_is_scikit_learns() -> None:
    X, y = table(300)
    model = TableClassifier(LogisticRegression()).fit(X, y)
    expected = permutation_importance(
        model.estimator_, model.encode(X), y, scoring="neg_log_loss", random_state=0
    )
    found = column_importances(model, X, y)
    assert [column.name for column in found] == ["strong", "weak", "noise"]
    means = {column.name: column.mean for column in found}
    assert [means[name] for name in ("weak", "noise", "strong")] == pytest.approx(
        expected.importances_mean, abs=1e-6
    )


def test_of_many_rows_some_are_drawn() -> None:
    X, y = table(3000)
    model = TableClassifier(LogisticRegression()).fit(X, y)
    assert column_importances(model, X, y, max_rows=200)[0].name == "strong"


def test_without_probabilities_it_is_the_loss_of_accuracy() -> None:
    X, _ = table(300)
    labels = np.where(X["strong"] + 0.1 * X["weak"] > 0, "yes", "no")
    model = TableClassifier(Perceptron(tol=None)).fit(X, labels)
    assert 0.2 < column_importances(model, X, labels)[0].mean < 0.6


def test_columns_that_say_nothing_and_missing_cells() -> None:
    X, y = table(300)
    X["constant"], X.loc[::7, "strong"] = "same", np.nan
    model = TableClassifier(LogisticRegression()).fit(X, y)
    assert {column.name for column in column_importances(model, X, y)} == {
        "weak",
        "noise",
        "strong",
    }


def test_columns_that_the_table_lacks_are_left_out() -> None:
    X, y = table(300)
    model = TableClassifier(LogisticRegression()).fit(X, y)
    with pytest.warns(TableWarning, match="absent, with all cells taken as missing: 'weak'"):
        found = column_importances(model, X.drop(columns="weak"), y)
    assert [column.name for column in found] == ["strong", "noise"]


def test_columns_without_names_are_taken_in_order() -> None:
    X, y = table(300)
    model = TableClassifier(LogisticRegression()).fit(X, y)
    with pytest.warns(UserWarning, match="X does not have valid feature names") as told:
        found = column_importances(model, X.to_numpy(), y)
    assert [warning.filename for warning in told] == [__file__]
    assert found == column_importances(model, X, y)
    with pytest.raises(ValueError, match="X has 2 features, but TableClassifier is expecting 3"):
        column_importances(model, X.to_numpy()[:, :2], y)


@pytest.mark.long_on_reference
def test_of_very_many_columns_those_that_differ_most_are_measured() -> None:
    X, y = table(300)
    noise = np.random.default_rng(1).normal(size=(300, 200))
    wide = pd.concat([pd.DataFrame(noise).add_prefix("noise_"), X], axis=1).assign(constant=1.0)
    model = TableClassifier(LogisticRegression()).fit(wide, y)
    found = [column.name for column in column_importances(model, wide, y)]
    assert len(found) == 100
    assert found[:2] == ["strong", "weak"]
    of_one_class = column_importances(model, wide[y == "yes"], y[y == "yes"])
    assert len(of_one_class) == 100


def test_columns_that_are_constant_here_do_not_differ_between_the_classes() -> None:
    X, y = table(300)
    noise = pd.DataFrame(np.random.default_rng(1).normal(size=(300, 200))).add_prefix("noise_")
    wide = pd.concat([noise, X], axis=1)
    model = TableClassifier(LogisticRegression()).fit(wide, y)
    constant = list(noise.columns[::2])
    wide[constant] = wide[constant].iloc[0].to_numpy()
    found = {column.name for column in column_importances(model, wide, y)}
    assert len(found) == 100
    assert found.isdisjoint(constant)


def test_a_model_that_is_not_fitted_and_labels_of_other_rows_are_refused() -> None:
    X, y = table(300)
    with pytest.raises(NotFittedError, match="This TableClassifier instance is not fitted yet"):
        column_importances(TableClassifier(), X, y)
    model = TableClassifier(LogisticRegression()).fit(X, y)
    for labels in (y[:200], pd.concat([y, y])):
        with pytest.raises(ValueError, match="inconsistent numbers of samples"):
            column_importances(model, X, labels)
