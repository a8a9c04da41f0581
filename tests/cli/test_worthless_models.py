"""A model that has learned nothing is not praised."""

from typing import Any

import numpy as np
import pandas as pd
import pytest


# A network may be often right, and too sure of the rest: its accuracy is good, its log-loss not.
@pytest.mark.parametrize(
    ("model", "measure"), [("logistic", "log-loss"), ("perceptron", "accuracy")]
)
@pytest.mark.parametrize("says_something", [True, False])
def test_it_is_said_where_the_columns_say_nothing(
    run: Any, model: str, measure: str, says_something: bool
) -> None:
    x, z, noise = np.random.default_rng(0).normal(size=(3, 400))
    # Three of four are of one class, which a guess by chance does not reach.
    label = (x if says_something else noise) > 0.67
    pd.DataFrame({"x": x, "z": z, "label": label}).to_csv("table.csv", index=False)
    trained = run("train", "table.csv", "-t", "label", "-m", model)
    is_told = f"the model's {measure} is hardly better than the majority class's" in trained.err
    assert is_told != says_something
