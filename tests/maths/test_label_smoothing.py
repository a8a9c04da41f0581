"""Label smoothing against its formula."""

import numpy as np
import pytest

from errorest.maths import LabelSmoothing


def test_several_classes_share_the_amount() -> None:
    # 0.9 * 1 + 0.1 / 4 and 0.1 / 4; each row still sums to one.
    softened = LabelSmoothing(0.1).soften(np.eye(4))
    np.testing.assert_allclose(softened, np.full((4, 4), 0.025) + 0.9 * np.eye(4))


def test_a_yes_or_no_has_two_classes() -> None:
    softened = LabelSmoothing(0.2).soften([[0.0, 1.0, 1.0]], independent=True)
    np.testing.assert_allclose(softened, [[0.1, 0.9, 0.9]])


@pytest.mark.parametrize("amount", [-0.1, 1.0])
def test_amount_out_of_range(amount: float) -> None:
    with pytest.raises(ValueError, match="amount must be at least 0 and less than 1"):
        LabelSmoothing(amount)
