"""The one-standard-error rule, by hand."""

import numpy as np
import pytest

from errorest.estimators.selection import select


def test_by_hand() -> None:
    # Mean 0.5; standard deviation sqrt(2 / 3 * 0.04), over sqrt(4).
    network = np.array([0.3, 0.7, 0.3, 0.7])
    error = np.sqrt(4 * 0.04 / 3) / 2
    near = select({"line": network + 0.99 * error, "network": network})
    assert (near.kept, near.best) == ("line", "network")
    assert near.standard_errors["network"] == pytest.approx(error)
    assert "simpler" in near.reason
    far = select({"line": network + 1.01 * error, "network": network})
    assert far.kept == "network"
    assert "more than one standard error" in far.reason


def test_the_best_may_be_the_simplest_and_rows_may_be_missing() -> None:
    line, network = np.array([0.1, np.nan, 0.2, 9]), np.array([0.5, 0.6, 0.7, np.nan])
    found = select({"line": line, "network": network})
    assert found.kept == "line"
    assert found.log_losses == pytest.approx({"line": 0.15, "network": 0.6})
    assert "none does better" in found.reason
    with pytest.raises(ValueError, match="there is no choice"):
        select({"line": line[:2], "network": network[:2]})
