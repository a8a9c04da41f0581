"""Mount Errorest: the mean loss along two directions of the weights, and a path on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from errorest import engine
from errorest.exceptions import PictureError
from errorest.network.network import Network
from errorest.network.unit_names import parameter_names

__all__ = ["ErrorSurface", "error_surface"]


@dataclass(frozen=True, eq=False)
class ErrorSurface:
    """The mean loss of some rows on a plane of weights.

    Attributes
    ----------
    across, up : arrays of shape (n_columns,) and (n_rows,)
        Coordinates in the two directions.
    losses : array of shape (n_rows, n_columns)
    path : array of shape (n_networks, 2)
        The path of the training, including its start.
    path_losses : array of shape (n_networks,)
        The loss on the path, with all weights as they were.
    direction_names : pair of str

    Examples
    --------
    >>> from errorest.maths import squared_error, tanh
    >>> network = Network.build(1, [], 1, activation=tanh, loss=squared_error, seed=0)
    >>> path = [network.with_parameters(np.array([w, 0.0])) for w in (0.0, 1.0)]
    >>> X, y = np.array([[1.0]]), np.array([1.0])
    >>> surface = error_surface(path, X, y, weights=(0, 1), resolution=5)
    >>> surface.losses.shape, surface.path.tolist(), surface.path_losses.tolist()
    ((5, 5), [[0.0, 0.0], [1.0, 0.0]], [0.5, 0.0])
    """

    across: NDArray[np.floating]
    up: NDArray[np.floating]
    losses: NDArray[np.floating]
    path: NDArray[np.floating]
    path_losses: NDArray[np.floating]
    direction_names: tuple[str, str]


def error_surface(
    networks: Sequence[Network],
    X: NDArray[np.floating],
    targets: NDArray[Any],
    *,
    weights: tuple[int, int] | None = None,
    names: Sequence[str] | None = None,
    resolution: int = 60,
    height: Callable[[Network], float] | None = None,
) -> ErrorSurface:
    """Measure the surface around a path.

    Parameters
    ----------
    networks : sequence of Network
        Networks of the same shape: the start, and one for each epoch.
    X : array of shape (n_samples, n_features)
    targets : array of shape (n_samples,) or (n_samples, n_outputs)
        As for :func:`errorest.engine.loss_and_gradient`.
    weights : pair of int, optional
        Indices, in the network's parameter vector, of the two weights to vary; the others keep
        their values at the end. By default, the two principal directions of the path vary.
    names : sequence of str, optional
        Names of all parameters; by default from
        :func:`errorest.network.unit_names.parameter_names`.
    resolution : int, default=60
        Number of columns and rows at which the loss is measured.
    height : callable, optional
        What to measure instead of the loss, such as a network's share of mistakes.

    Returns
    -------
    ErrorSurface

    Raises
    ------
    ValueError
        If there are no such two weights.

    Examples
    --------
    >>> from errorest.maths import binary_cross_entropy, tanh
    >>> network = Network.build(1, [], 1, activation=tanh, loss=binary_cross_entropy, seed=0)
    >>> path = [network.with_parameters(np.array([w, 0.0])) for w in (0.0, 1.0)]
    >>> surface = error_surface(path, np.array([[-1.0], [1.0]]), np.array([0, 1]), weights=(0, 1))
    >>> surface.path_losses.round(4)
    array([0.6931, 0.3133])
    """

    def measured(parameters: NDArray[np.floating]) -> float:
        at = end.with_parameters(parameters.astype(end.parameters.dtype))
        return height(at) if height else engine.loss_and_gradient(at, X, targets)[0]

    end = networks[-1]
    walked = np.array([network.parameters for network in networks], dtype=np.float64)
    origin = walked[-1]
    if weights is None:
        directions, direction_names = _principal_directions(walked - origin)
    else:
        directions, direction_names = _weight_directions(weights, names or parameter_names(end))
        origin = origin - directions.T @ (directions @ origin)
    path = (walked - origin) @ directions.T
    across, up = (_around(values, resolution) for values in path.T)
    losses = np.array(
        [[measured(origin + np.array([a, u]) @ directions) for a in across] for u in up]
    )
    path_losses = np.array([measured(parameters) for parameters in walked])
    return ErrorSurface(across, up, losses, path, path_losses, direction_names)


def _principal_directions(
    path: NDArray[np.floating],
) -> tuple[NDArray[np.floating], tuple[str, str]]:
    """Return the two directions in which a path to 0 goes furthest, after Li et al. (2018)."""
    padded = np.vstack([path, np.zeros((2, path.shape[1]))])
    _, lengths, directions = np.linalg.svd(padded, full_matrices=False)
    if len(directions) < 2:
        raise PictureError("an error surface needs at least two weights")
    squares = lengths**2
    shares = squares[:2] / (squares.sum() or 1.0)
    first, second = (
        f"principal direction {number} ({share:.0%})"
        for number, share in zip((1, 2), shares, strict=True)
    )
    return directions[:2], (first, second)


def _weight_directions(
    weights: tuple[int, int], names: Sequence[str]
) -> tuple[NDArray[np.floating], tuple[str, str]]:
    if len(set(weights)) != 2 or not all(weight in range(len(names)) for weight in weights):
        raise ValueError(
            f"weights must be two different places from 0 to {len(names) - 1}, not {weights}"
        )
    first, second = (f"weight {names[weight]}" for weight in weights)
    return np.eye(len(names))[list(weights)], (first, second)


def _around(values: NDArray[np.floating], resolution: int) -> NDArray[np.floating]:
    low, high = values.min(), values.max()
    margin = 0.35 * (high - low if high > low else 1)
    return np.linspace(low - margin, high + margin, resolution)
