"""What counts as an improvement."""

from typing import Any

import pytest

from errorest.training import EarlyStopping


@pytest.mark.parametrize(
    ("maximise", "value", "over", "by", "improves"),
    [
        (False, 0.49, 0.50, 0.0, True),
        (False, 0.50, 0.50, 0.0, False),
        (False, 0.49, 0.50, 0.02, False),
        (False, 0.25, 0.50, 0.25, False),
        (False, 0.24, 0.50, 0.25, True),
        (True, 0.51, 0.50, 0.0, True),
        (True, 0.50, 0.50, 0.0, False),
        (True, 0.75, 0.50, 0.25, False),
        (True, 0.76, 0.50, 0.25, True),
    ],
)
def test_improves(maximise: bool, value: float, over: float, by: float, improves: bool) -> None:
    assert EarlyStopping(maximise=maximise).improves(value, over=over, by=by) is improves


@pytest.mark.parametrize("maximise", [False, True])
def test_everything_improves_on_the_worst(maximise: bool) -> None:
    stopping = EarlyStopping(maximise=maximise)
    assert stopping.improves(1e300, over=stopping.worst)
    assert stopping.improves(-1e300, over=stopping.worst)


@pytest.mark.parametrize("maximise", [False, True])
def test_no_number_is_no_improvement(maximise: bool) -> None:
    stopping = EarlyStopping(maximise=maximise)
    assert not stopping.improves(float("nan"), over=stopping.worst)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"patience": 0.5}, "patience must be at least 1 epoch, not 0.5"),
        ({"tol": -1e-4}, "tol must not be negative, but is -0.0001"),
    ],
)
def test_numbers_out_of_range(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        EarlyStopping(**settings)
