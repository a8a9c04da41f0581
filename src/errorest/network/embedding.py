"""Learned vectors for the levels of categories."""

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import ClassVar

import numpy as np
from array_api_compat import array_namespace, device
from numpy.typing import NDArray

from errorest.maths.arrays import Array
from errorest.network.columns import check_columns, join, split
from errorest.network.layer import Group

__all__ = ["Embedding"]


@dataclass(frozen=True)
class Embedding:
    """Columns of codes are replaced by the vectors of their levels; the others pass.

    An embedding is a dense layer, without biases, on one-hot codes (Guo and Berkhahn 2016). The
    outputs are first the other columns, then the vectors. A code that is no level, such as -1 or
    NaN for a level that was never seen, has the vector 0.

    Parameters
    ----------
    n_in : int
    columns : tuple of int
        Which inputs are codes: numbers from 0 to the number of levels - 1.
    n_levels : tuple of int
        Of each of these columns.
    width : int, default=8
        Length of the vectors.
    rate : float, default=1
        Factor of the learning rate.
    decay : float, default=1
        Share of the penalties for size.

    Raises
    ------
    ValueError
        If the columns do not fit the inputs or the numbers of levels, or there is no width.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Embedding(2, columns=(0,), n_levels=(3,), width=2)
    >>> vectors = np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])
    >>> layer.feedforward(vectors.ravel(), np.array([[1.0, 7.0], [-1.0, 7.0]]))[1]
    array([[7. , 0.3, 0.4],
           [7. , 0. , 0. ]])
    """

    dropout: ClassVar[float] = 0.0
    n_submodels: ClassVar[int] = 1

    n_in: int
    columns: tuple[int, ...]
    n_levels: tuple[int, ...]
    width: int = 8
    rate: float = 1.0
    decay: float = 1.0

    def __post_init__(self) -> None:
        check_columns(self.columns, self.n_in)
        if self.width < 1:
            raise ValueError(f"width must be at least 1, not {self.width}")
        if len(self.columns) != len(self.n_levels) or min(self.n_levels) < 1:
            raise ValueError(
                f"{len(self.columns)} columns need as many numbers of levels, not {self.n_levels}"
            )

    @property
    def n_out(self) -> int:
        return self.n_in + len(self.columns) * (self.width - 1)

    @property
    def n_parameters(self) -> int:
        return sum(self.n_levels) * self.width

    def initialize(self, rng: np.random.Generator) -> NDArray[np.float64]:
        return rng.normal(size=self.n_parameters)

    @property
    def groups(self) -> tuple[Group, ...]:
        return (Group(self.n_parameters, self.rate, self.decay),)

    def feedforward(self, parameters: Array, inputs: Array) -> tuple[Array, Array]:
        xp = array_namespace(parameters)
        passing, codes = split(inputs, self.columns)
        vectors = xp.reshape(parameters, (-1, self.width))
        levels = pairwise(accumulate(self.n_levels, initial=0))
        embedded = [
            one_hot @ vectors[begin:end, :]
            for one_hot, (begin, end) in zip(self._one_hot(codes), levels, strict=True)
        ]
        outputs = xp.concat([passing, *embedded], axis=1)
        return outputs, outputs

    def backpropagate(
        self, parameters: Array, inputs: Array, logits: Array, grad_outputs: Array
    ) -> tuple[Array, Array]:
        xp = array_namespace(parameters)
        passing, codes = split(inputs, self.columns)
        n_passing, width = passing.shape[1], self.width
        grad_vectors = [
            one_hot.T @ grad_outputs[:, n_passing + i * width : n_passing + (i + 1) * width]
            for i, one_hot in enumerate(self._one_hot(codes))
        ]
        grad_inputs = join(grad_outputs[:, :n_passing], xp.zeros_like(codes), self.columns)
        return grad_inputs, xp.concat([xp.reshape(grad, (-1,)) for grad in grad_vectors])

    def _one_hot(self, codes: Array) -> list[Array]:
        xp = array_namespace(codes)
        return [
            xp.astype(
                codes[:, i : i + 1] == xp.arange(n, dtype=codes.dtype, device=device(codes)),
                codes.dtype,
            )
            for i, n in enumerate(self.n_levels)
        ]
