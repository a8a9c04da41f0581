"""The one-standard-error rule, by hand."""

import numpy as np
import pytest

from errorest.estimators.selection import select


def test_by_hand() -> None:
    # Differences of mean 0 and standard deviation sqrt(4 / 3 * 0.04), over sqrt(4).
    network, differences = np.array([0.1, 0.9, 2.0, 0.4]), np.array([-0.2, 0.2, -0.2, 0.2])
    error = np.sqrt(4 * 0.04 / 3) / 2
    near = select({"line": network + differences + 0.99 * error, "network": network})
    assert (near.kept, near.best) == ("line", "network")
    assert near.standard_errors == pytest.approx({"line": error, "network": 0})
    assert "simpler" in near.reason
    far = select({"line": network + differences + 1.01 * error, "network": network})
    assert far.kept == "network"
    assert "more than one standard error" in far.reason


def test_a_model_that_always_says_the_same_is_as_uncertain_as_the_other() -> None:
    line = np.random.default_rng(0).normal(0.70, 0.3, 100)
    # The means differ by less than the 0.03 by which that of the line may be wrong.
    constant = np.full(100, line.mean() - 0.02)
    assert select({"line": line, "network": constant}).kept == "line"


def test_the_best_may_be_the_simplest_and_rows_may_be_missing() -> None:
    line, network = np.array([0.1, np.nan, 0.2, 9]), np.array([0.5, 0.6, 0.7, np.nan])
    found = select({"line": line, "network": network})
    assert found.kept == "line"
    assert found.log_losses == pytest.approx({"line": 0.15, "network": 0.6})
    assert "none does better" in found.reason
    with pytest.raises(ValueError, match="there is no choice"):
        select({"line": line[:2], "network": network[:2]})


def test_of_one_group_no_error_is_known() -> None:
    losses = {"line": np.array([0.6, 0.7]), "network": np.array([0.1, 0.2])}
    found = select(losses, np.zeros(2, dtype=int))
    assert found.kept == "line"
    # Infinity is no number in JSON.
    assert found.to_dict()["standard_errors"] == {"line": None, "network": None}
