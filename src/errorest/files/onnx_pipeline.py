"""The steps of a pipeline in front of a network, as skl2onnx turns them into ONNX."""

import json
from typing import TYPE_CHECKING

from sklearn.pipeline import Pipeline

from errorest.exceptions import ErrorestError, ModelError

if TYPE_CHECKING:
    from onnx import ModelProto

__all__ = ["behind_steps"]


def behind_steps(steps: Pipeline, model: "ModelProto") -> "ModelProto":
    """Put the steps of a pipeline in front of the model that they prepare rows for.

    Parameters
    ----------
    steps : Pipeline
        Fitted to a matrix of numbers.
    model : ModelProto
        With the one input ``X``.

    Returns
    -------
    onnx.ModelProto
        Its input ``X`` is the matrix that the steps take.

    Raises
    ------
    ErrorestError
        If the package skl2onnx is missing.
    ModelError
        If it cannot convert one of the steps.
    """
    try:
        from skl2onnx import to_onnx
        from skl2onnx.common.data_types import FloatTensorType
    except ModuleNotFoundError as error:
        raise ErrorestError(
            "ONNX of a pipeline needs the package skl2onnx: pip install 'errorest[onnx]'"
        ) from error
    from onnx import compose, helper

    # Of a step that does nothing skl2onnx knows nothing.
    acting = [(name, step) for name, step in steps.steps if step not in (None, "passthrough")]
    if not acting:
        return model
    steps = Pipeline(acting)
    rows = FloatTensorType([None, steps.n_features_in_])
    opset = {one.domain: one.version for one in model.opset_import}
    try:
        before = to_onnx(steps, initial_types=[("X", rows)], target_opset=opset)
    except Exception as error:  # of many kinds
        problem = str(error).partition("\n")[0].partition(". ")[0]
        raise ModelError(
            f"skl2onnx cannot convert the steps of the pipeline ({problem}): export its last step, "
            "pipeline[-1], and give it rows as pipeline[:-1].transform returns them"
        ) from error
    before.ir_version = model.ir_version
    before = compose.add_prefix(before, "steps.", rename_inputs=False)
    whole = compose.merge_models(before, model, [(before.graph.output[0].name, "X")])
    facts = {one.key: one.value for one in model.metadata_props}
    facts.pop("inputs", None)
    if hasattr(steps, "feature_names_in_"):
        facts["inputs"] = json.dumps(steps.feature_names_in_.tolist())
    helper.set_model_props(whole, facts)
    return whole
