"""Rows that belong together are held back together."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import sem

from errorest import LogisticRegression, TableClassifier
from errorest.estimators import TabularMLPClassifier, evaluate
from errorest.estimators.groups import numbered, standard_error
from errorest.estimators.selection import select
from errorest.exceptions import ErrorestWarning

# Forty patients of five visits each, whom the numbers tell apart: of new ones they say nothing.
rng = np.random.default_rng(0)
PATIENTS = np.repeat(rng.permutation(40), 5)
X = rng.normal(size=(40, 30))[PATIENTS] + rng.normal(scale=0.05, size=(200, 30))
ILL = rng.permutation(np.arange(40) % 2)[PATIENTS]

NETWORKS = TabularMLPClassifier((32,), n_members=5, max_iter=128, random_state=0)
BRIEF = TabularMLPClassifier((8,), n_members=2, max_iter=5, random_state=0)
LINE = LogisticRegression(C="auto", random_state=0)

of_both = pytest.mark.parametrize("model", [BRIEF, LINE], ids=lambda model: type(model).__name__)


def held_back_loss(model: Any) -> float:
    losses = model.held_back_losses_
    return float(np.mean(losses["together"] if isinstance(losses, dict) else losses))


def test_networks_are_not_judged_by_patients_that_they_know() -> None:
    model = NETWORKS.fit(X, ILL, groups=PATIENTS)
    # It says about as much of a new patient as the shares of the classes do.
    assert held_back_loss(model) > 0.6
    assert held_back_loss(NETWORKS.fit(X, ILL)) < 0.3


def test_a_penalty_is_not_chosen_by_patients_that_the_line_knows() -> None:
    of_new, of_known = (
        LINE.fit(X, ILL, groups=groups).held_back_losses_.mean() for groups in (PATIENTS, None)
    )
    assert of_new > 0.6 > 2 * of_known


@of_both
def test_what_a_group_is_called_does_not_matter(model: Any) -> None:
    words = [f"patient {number}" for number in PATIENTS]
    keys: list[Any] = [PATIENTS, words, pd.Series(words, dtype="category")]
    for one in (model, TableClassifier(model)):
        answers = [one.fit(X, ILL, groups=groups).predict_proba(X) for groups in keys]
        np.testing.assert_array_equal(answers[0], answers[1])
        np.testing.assert_array_equal(answers[0], answers[2])


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA], ids=str)
def test_each_row_whose_key_is_missing_is_alone(missing: Any) -> None:
    found = numbered(["Ann", missing, "Bob", missing, "Ann"], np.zeros((5, 1)))
    np.testing.assert_array_equal(found, [0, 2, 1, 3, 0])


@of_both
def test_rows_without_weight_take_no_part(model: Any) -> None:
    kept = np.arange(200) % 10 < 7
    whole = model.fit(X, ILL, kept.astype(float), groups=PATIENTS).predict_proba(X)
    part = model.fit(X[kept], ILL[kept], groups=PATIENTS[kept]).predict_proba(X)
    np.testing.assert_allclose(whole, part, rtol=1e-5)


@of_both
def test_a_key_for_each_row(model: Any) -> None:
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        model.fit(X, ILL, groups=PATIENTS[1:])
    with pytest.raises(ValueError, match="groups takes one key for each row"):
        model.fit(X, ILL, groups=X[:, :2])
    with pytest.raises(ValueError, match=r"not the name of their column: groups=table\['name'\]"):
        model.fit(X, ILL, groups="name")


def test_groups_without_effect_are_told() -> None:
    with pytest.warns(ErrorestWarning, match="groups have no effect without C='auto'"):
        LogisticRegression().fit(X, ILL, groups=PATIENTS)


def test_the_error_of_a_mean_is_that_of_the_groups() -> None:
    of_patients = rng.normal(size=40)
    # That each is seen five times says nothing new.
    found = standard_error(of_patients[PATIENTS], PATIENTS)
    assert found == pytest.approx(sem(of_patients))
    alone = rng.normal(size=(2, 30))
    np.testing.assert_allclose(standard_error(alone), sem(alone, axis=1))
    np.testing.assert_allclose(standard_error(alone, np.arange(30)), sem(alone, axis=1))


def test_one_group_does_not_tell_the_error_of_a_mean() -> None:
    model = LogisticRegression().fit(X, ILL)
    of_one = evaluate(model, X[PATIENTS == 3], ILL[PATIENTS == 3], groups=PATIENTS[PATIENTS == 3])
    assert of_one.log_loss is not None
    assert of_one.log_loss_error is None
    of_all = evaluate(model, X, ILL, groups=PATIENTS)
    assert of_all.losses is not None
    assert of_all.log_loss_error == pytest.approx(standard_error(of_all.losses, PATIENTS))


def test_the_simplest_model_is_kept_where_few_groups_tell_them_apart() -> None:
    network = np.repeat([0.1, 0.5, 0.3, 0.6], 50)
    line = network + np.repeat([0.3, -0.1, 0.2, -0.05], 50)
    losses = {"line": line, "network": network}
    assert select(losses).kept == "network"
    assert select(losses, np.repeat(np.arange(4), 50)).kept == "line"
