"""``errorest export``: a saved model for other programs, as ONNX."""

import json
from pathlib import Path
from typing import Annotated

import typer

from errorest.cli.screen import (
    AsJson,
    ModelPath,
    Overwrite,
    check_output,
    note,
    print_json,
)
from errorest.exceptions import OutputError
from errorest.wording import counted

__all__ = ["export"]


def export(
    model: ModelPath,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The ONNX file; by default MODEL.onnx.")
    ] = None,
    force: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Export a model as an ONNX file that other programs and languages can run.

    --json prints the file's metadata, which not all of them can read.
    """
    from errorest import TableClassifier, load
    from errorest.files.onnx import export_onnx

    path = check_output(output or Path(f"{model.stem}.onnx"), model, overwrite=force)
    if path.suffix.lower() != ".onnx":
        raise OutputError(f"{path} must end in .onnx, since exports are ONNX")
    fitted = load(model)
    export_onnx(fitted, path, overwrite=force)
    if as_json:
        import onnx

        facts = {one.key: json.loads(one.value) for one in onnx.load(path).metadata_props}
        print_json({"file": str(path)} | facts)
        return
    print(f"Saved {path}.")
    if isinstance(fitted, TableClassifier):
        columns = counted(len(fitted.schema_.used), "column")
        note(
            f"note: it takes {columns}, an input each: numbers (NaN where a cell is missing), dates"
            ' in days since 1970-01-01, words ("" where one is missing); its metadata lists them,'
            " as does --json"
        )
