"""Pictures of a table's classifier or a pipeline are those of the classifier inside."""

from typing import Any

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, PolynomialFeatures, StandardScaler

from errorest import LogisticRegression, MLPClassifier, Perceptron, TableClassifier, datasets
from errorest.estimators import TabularMLPClassifier, evaluate
from errorest.plots import (
    ErrorCountingDisplay,
    ErrorSurfaceDisplay,
    LossCurveDisplay,
    NetworkDisplay,
    TraceDisplay,
    WeightsDisplay,
    calibration_display,
    confusion_display,
)

FRAME = datasets.load("penguins").frame.dropna().iloc[:, [0, 2, 3, 1]]
BIRDS, SPECIES = FRAME.drop(columns="species"), FRAME["species"]


@pytest.mark.filterwarnings("ignore:the temperature")
def test_reliability_before_and_after_calibration() -> None:
    students = datasets.load("admissions").frame
    network = MLPClassifier(
        *((8,), "tanh"),
        solver="lbfgs",
        calibration="temperature",
        validation_fraction=0.5,
        random_state=0,
    )
    model = TableClassifier(network).fit(students[["test", "grades"]], students["admitted"])
    _, after = calibration_display(model)
    calibration = model.estimator_.calibration_
    assert calibration is not None
    weight = calibration.after.weight
    np.testing.assert_array_equal(after.prob_true, calibration.after.accuracy[weight > 0])


@pytest.mark.parametrize(
    "estimator",
    [
        LogisticRegression(),
        TabularMLPClassifier((4,), n_members=2, max_iter=1, with_line=False, random_state=0),
    ],
    ids=["logistic", "tabular"],
)
def test_counted_errors(estimator: object) -> None:
    model = TableClassifier(estimator).fit(BIRDS, SPECIES)
    display = ErrorCountingDisplay.from_estimator(model, BIRDS, SPECIES)
    assert display.weight_name == "bias → Gentoo"
    inner = ErrorCountingDisplay.from_estimator(model.estimator_, model.encode(BIRDS), SPECIES)
    np.testing.assert_array_equal(display.n_errors, inner.n_errors)


def test_a_pipelines_last_step() -> None:
    numbers = BIRDS.select_dtypes("number")
    pipeline = make_pipeline(StandardScaler(), PolynomialFeatures(2, include_bias=False))
    pipeline.steps.append(("classify", LogisticRegression(max_iter=500)))
    pipeline.fit(numbers, SPECIES)
    rows = pipeline[:-1].transform(numbers)
    display = ErrorCountingDisplay.from_estimator(pipeline, numbers, SPECIES, weight=0)
    inner = ErrorCountingDisplay.from_estimator(pipeline[-1], rows, SPECIES, weight=0)
    np.testing.assert_array_equal(display.n_errors, inner.n_errors)
    assert display.weight_name == f"{numbers.columns[0]} → Adelie"
    drawn = WeightsDisplay.from_estimator(pipeline)
    assert list(drawn.feature_names) == list(pipeline[:-1].get_feature_names_out())


def test_a_point_on_a_pipelines_last_step() -> None:
    numbers, species = BIRDS.select_dtypes("number"), SPECIES.iloc[0]
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(numbers, SPECIES)
    traced = TraceDisplay.from_estimator(pipeline, numbers[:1], species).trace
    inner = pipeline[-1].trace(pipeline[:-1].transform(numbers[:1]), species)
    np.testing.assert_array_equal(traced.output, inner.output)
    assert traced.input_names == list(numbers.columns)
    table = make_pipeline(TableClassifier(LogisticRegression())).fit(BIRDS, SPECIES)
    traced = TraceDisplay.from_estimator(table, BIRDS[:1], species).trace
    np.testing.assert_array_equal(traced.output, table[-1].trace(BIRDS[:1], species).output)


def test_inputs_of_a_last_step_with_steps_of_its_own() -> None:
    table = make_pipeline(TableClassifier(LogisticRegression())).fit(BIRDS, SPECIES)
    names = WeightsDisplay.from_estimator(table).feature_names
    assert list(names) == list(table[-1].encoder_.get_feature_names_out())
    nested = make_pipeline(StandardScaler(), make_pipeline(PCA(2), LogisticRegression()))
    nested.fit(BIRDS.select_dtypes("number"), SPECIES)
    assert list(WeightsDisplay.from_estimator(nested).feature_names) == ["x1", "x2"]


@pytest.mark.parametrize("steps", [[], [FunctionTransformer(np.log)], ["passthrough"]], ids=str)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_pipeline_whose_steps_name_no_columns(steps: list[Any]) -> None:
    pipeline = make_pipeline(*steps, Perceptron()).fit(BIRDS.select_dtypes("number"), SPECIES)
    assert LossCurveDisplay.from_estimator(pipeline).curves["mistakes"]
    NetworkDisplay.from_estimator(pipeline)


def test_error_surface() -> None:
    model = TableClassifier(LogisticRegression(max_iter=5))
    display = ErrorSurfaceDisplay.from_estimator(
        model, BIRDS, SPECIES, weights=(0, 1), resolution=3
    )
    # Before the first step all three classes are equally likely.
    assert display.path_losses[0] == pytest.approx(np.log(3))
    assert display.direction_names[0].endswith(" → Adelie")
    assert "x1" not in display.direction_names[0]


@pytest.mark.parametrize(
    "estimator", [Perceptron(), MLPClassifier(), TableClassifier(), make_pipeline(Perceptron())]
)
def test_a_classifier_that_is_not_fitted(estimator: Any) -> None:
    X, y = [[0.0, 1.0], [1.0, 0.0]], [0, 1]
    for draw in (LossCurveDisplay, NetworkDisplay, WeightsDisplay):
        with pytest.raises(NotFittedError, match="Call 'fit'"):
            draw.from_estimator(estimator)
    with pytest.raises(NotFittedError, match="Call 'fit'"):
        ErrorCountingDisplay.from_estimator(estimator, X, y)
    for measure in (confusion_display, evaluate):
        with pytest.raises(NotFittedError, match="Call 'fit'"):
            measure(estimator, X, y)
