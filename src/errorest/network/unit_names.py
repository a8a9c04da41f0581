"""What the units of a network are called, and its parameters after them.

>>> import numpy as np
>>> from errorest.maths import binary_cross_entropy, tanh
>>> network = Network.build(2, [2], 1, activation=tanh, loss=binary_cross_entropy, seed=0)
>>> unit_names(network, ["test", "grades"], ["yes"])
[['test', 'grades'], ['h1.1', 'h1.2'], ['yes']]
>>> parameter_names(network)[:3]
['x1 → h1.1', 'x1 → h1.2', 'x2 → h1.1']
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from numpy.typing import NDArray

from errorest.network.layer import Dense
from errorest.network.network import Network

__all__ = ["parameter_names", "unit_names"]


def unit_names(
    network: Network,
    input_names: Sequence[str] | NDArray[Any] | None = None,
    output_names: Sequence[str] | None = None,
) -> list[list[str]]:
    """Name the inputs, the units of each hidden layer and the outputs.

    Parameters
    ----------
    network : Network
    input_names, output_names : sequence of str, optional
        By default x1, x2, ... and y1, y2, ...

    Returns
    -------
    list of list of str
        First the inputs; the second hidden unit of the first layer is h1.2.

    Raises
    ------
    ValueError
        If there is not one name for each input and output.
    """
    if input_names is None:
        input_names = [f"x{i}" for i in range(1, network.n_features + 1)]
    if output_names is None:
        output_names = [f"y{i}" for i in range(1, network.n_outputs + 1)]
    for names, size in ((input_names, network.n_features), (output_names, network.n_outputs)):
        if len(names) != size:
            raise ValueError(f"{len(names)} names do not fit {size} inputs or outputs")
    hidden = [
        [f"h{number}.{unit}" for unit in range(1, layer.n_out + 1)]
        for number, layer in enumerate(network.layers[:-1], start=1)
    ]
    return [list(map(str, input_names)), *hidden, list(map(str, output_names))]


def parameter_names(
    network: Network,
    input_names: Sequence[str] | NDArray[Any] | None = None,
    output_names: Sequence[str] | None = None,
) -> list[str]:
    """Name all weights and biases, in the order of the network's parameter vector.

    Parameters
    ----------
    network, input_names, output_names
        As for :func:`unit_names`.

    Returns
    -------
    list of str
        Of length ``network.n_parameters``, such as "x1 → h1.2" and "bias → h1.2"; of layers that
        are not dense such as "Scale 1".
    """
    names = []
    columns = pairwise(unit_names(network, input_names, output_names))
    for layer, (sources, units) in zip(network.layers, columns, strict=True):
        if isinstance(layer, Dense):
            names += [f"{source} → {unit}" for source in [*sources, "bias"] for unit in units]
        else:
            kind = type(layer).__name__
            names += [f"{kind} {place}" for place in range(1, layer.n_parameters + 1)]
    return names
