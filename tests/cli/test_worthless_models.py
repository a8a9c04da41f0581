"""A model that has learned nothing is not praised."""

from typing import Any

import numpy as np
import pandas as pd
import pytest


@pytest.mark.parametrize("model", ["logistic", "perceptron"])
@pytest.mark.parametrize("says_something", [True, False])
def test_it_is_said_where_the_columns_say_nothing(
    run: Any, model: str, says_something: bool
) -> None:
    x, z, noise = np.random.default_rng(0).normal(size=(3, 400))
    # Three of four are of one class, which a guess by chance does not reach.
    label = (x if says_something else noise) > 0.67
    pd.DataFrame({"x": x, "z": z, "label": label}).to_csv("table.csv", index=False)
    trained = run("train", "table.csv", "-t", "label", "-m", model)
    is_told = "the model hardly does better than the majority class" in trained.err
    assert is_told != says_something
