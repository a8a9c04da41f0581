"""``errorest info``: what is installed, and what a model file holds."""

import platform
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from errorest.cli.screen import AsJson, print_json, results

__all__ = ["info"]


def info(
    model: Annotated[Path | None, typer.Argument(help="A model to look into.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show versions and the engine, or what a saved model is."""
    if model is None:
        facts, schema = installation(), None
    else:
        from errorest import load

        fitted = load(model)
        facts, schema = model_facts(fitted), getattr(fitted, "schema_", None)
    if as_json:
        print_json(facts | (schema.to_dict() if schema else {}))
        return
    screen = results()
    for name, value in facts.items():
        screen.print(f"{name.replace('_', ' '):16}", value, markup=False)
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

    from errorest.estimators.members import n_averaged
    from errorest.network import Dense

    network, n_networks = estimator.network_, n_averaged(estimator)
    layers = [
        f"{layer.n_out}" if isinstance(layer, Dense) else f"{type(layer).__name__} {layer.n_out}"
        for layer in network.layers
    ]
    return {
        "layers": " - ".join([f"{network.n_features}", *layers]),
        "parameters": network.n_parameters,
        "epochs": int(np.ravel(estimator.n_iter_)[0]),
        **({"averaged_networks": n_networks} if n_networks > 1 else {}),
    }
