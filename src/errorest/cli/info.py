"""``errorest info``: what is installed, and what a model file holds."""

import platform
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from errorest.cli.screen import AsJson, print_json, results
from errorest.text_table import printable

__all__ = ["info"]


def info(
    model: Annotated[Path | None, typer.Argument(help="A saved model to describe.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the installed versions and the engine, or describe a saved model."""
    schema, parts = None, {}
    if model is None:
        facts = installation()
    else:
        from errorest import load

        fitted = load(model)
        facts, schema = model_facts(fitted), getattr(fitted, "schema_", None)
        # For a program, not joined by commas, which names of classes may hold.
        parts = {"classes": [*map(str, fitted.classes_)], **(schema.to_dict() if schema else {})}
    if as_json:
        print_json(facts | parts)
        return
    screen, width = results(), max(map(len, facts)) + 1
    for name, value in facts.items():
        screen.print(f"{name.replace('_', ' '):{width}}", printable(str(value)), markup=False)
    if schema:
        screen.print()
        screen.print(schema)


def installation() -> dict[str, Any]:
    """Return versions and the engine."""
    from errorest import engine

    packages = ("errorest", "numpy", "scipy", "scikit-learn", "pandas", "skops")
    return {
        **{package: version(package) for package in packages},
        "python": platform.python_version(),
        "platform": platform.platform(),
        **engine.build_info(),
    }


def model_facts(model: Any) -> dict[str, Any]:
    """Return what a model predicts, and how it was trained."""
    estimator, target = getattr(model, "estimator_", model), getattr(model, "target_name_", None)
    facts = {
        "estimator": type(estimator).__name__,
        **({} if target is None else {"target": target}),
        "classes": ", ".join(map(str, model.classes_)),
    }
    # Any other classifier may stand in its place.
    return facts | (_network_facts(estimator) if hasattr(estimator, "network_") else {})


def _network_facts(estimator: Any) -> dict[str, Any]:
    import numpy as np

    from errorest.cli.models import duration
    from errorest.network import Dense

    network, line_share = estimator.network_, getattr(estimator, "line_share_", 0)
    n_trained, C = getattr(estimator, "n_members_", 0), getattr(estimator, "C_", None)
    n_iter, step = duration(estimator)
    layers = [
        f"{layer.n_out}" if isinstance(layer, Dense) else f"{type(layer).__name__} {layer.n_out}"
        for layer in network.layers
    ]
    return {
        "layers": " - ".join([f"{network.n_features}", *layers]),
        "parameters_per_network": network.n_parameters,
        f"{step}s": n_iter,
        # JSON has no infinity.
        **({} if C is None else {"C": C if np.isfinite(C) else "inf"}),
        "networks": estimator._n_averaged - (line_share > 0),
        # Of which the networks are snapshots.
        **({"networks_trained": n_trained} if n_trained else {}),
        **({"logistic_regression_share": round(line_share, 4)} if line_share else {}),
    }
