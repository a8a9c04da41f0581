"""``errorest likelihood``: how likely a table's classes are under one model, or several."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from errorest.cli.screen import AsJson, Header, TablePath, naming, print_json, results
from errorest.exceptions import ModelError

__all__ = ["likelihood"]


def likelihood(
    models: Annotated[
        list[Path],
        typer.Argument(help="Saved models to compare side by side."),
    ],
    table: TablePath,
    header: Header = None,
    as_json: AsJson = False,
) -> None:
    """Compute the likelihood and the cross-entropy of a table's classes under saved models."""
    from errorest import Likelihood
    from errorest.cli.models import load_table_classifier, read_labelled

    likelihoods: list[Likelihood] = []
    targets = []
    for model in models:
        classifier, target = load_table_classifier(model)
        targets.append(target)
        if target != targets[0]:
            raise ModelError(
                f"{model} predicts {target!r}, and {models[0]} {targets[0]!r}: compare models of "
                "one target"
            )
        features, labels = read_labelled(table, classifier, target, header=header)
        with naming(table):
            encoded = classifier.encode(features)
        try:
            of_model = Likelihood.from_estimator(
                classifier.estimator_, encoded, labels, name=model.name
            )
        except ModelError as error:
            raise ModelError(f"{model}: {error}") from error
        # As explain and the report number them, whatever rows were left out.
        likelihoods.append(replace(of_model, numbers=[row + 1 for row in features.index]))
    if as_json:
        print_json(
            [
                {
                    "model": model.name,
                    "probabilities": model.probabilities.tolist(),
                    "log_likelihood": _if_finite(model.log_likelihood),
                    "cross_entropy": _if_finite(model.cross_entropy),
                    "product": model.product_text,
                }
                for model in likelihoods
            ]
        )
        return
    first, *others = likelihoods
    results().print(first.beside(*others))


def _if_finite(number: float) -> float | None:
    """Return a number that JSON can tell: the logarithm of 0 is none."""
    return number if math.isfinite(number) else None
