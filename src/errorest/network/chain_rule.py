"""The chain rule for one weight, factor by factor.

From the loss back to the weight: how the loss follows the prediction, the prediction its logit,
each logit the output below it, each output its logit, and the last logit the weight. Where a unit
feeds several others, what comes back from them is a sum, which is one factor here and written
out in a table of its own (Rumelhart, Hinton and Williams 1986).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from errorest.maths.activations import sigmoid
from errorest.maths.arrays import Array
from errorest.maths.losses import BinaryCrossEntropy, BrierLoss, CrossEntropy, Loss
from errorest.maths.probability import softmax_jacobian
from errorest.network.dense_form import activation_name
from errorest.network.latex import Formulas, latex_number, latex_product
from errorest.network.trace_tables import MAX_ROWS, largest, unit_table
from errorest.network.traced_point import TracedPoint
from errorest.text_table import ShownAsTables, TextTable, number_text
from errorest.wording import counted

__all__ = ["BIAS", "ChainRule", "Factor", "chain_rule"]

BIAS = "bias"

_MAX_NAMES = 8


@dataclass(frozen=True)
class Factor:
    """One derivative of a chain.

    Attributes
    ----------
    symbol : str
        Such as "dz2/da1": z and a are logit and output of a unit of the layer that follows.
    meaning : str
    value : float
    """

    symbol: str
    meaning: str
    value: float

    def latex(self) -> str:
        """Return the symbol as a LaTeX fraction."""
        above, below = (part.removeprefix("d") for part in self.symbol.split("/"))
        return rf"\frac{{\partial {_with_layer(above)}}}{{\partial {_with_layer(below)}}}"


@dataclass(frozen=True, eq=False)
class ChainRule(ShownAsTables):
    """How the loss of one point follows one weight.

    It shows itself as tables, on a terminal through rich and in Jupyter as HTML.

    Attributes
    ----------
    edge : str
        Such as "x1 → h1.2".
    factors : list of Factor
        From the loss back to the weight.
    details : list of TextTable
        The sum over the units that the weight's unit feeds, and the deltas of these.
    gradient : float
        dJ / dw as backpropagation computed it.

    Examples
    --------
    >>> import numpy as np
    >>> from errorest.maths import binary_cross_entropy
    >>> from errorest.network import Network, trace
    >>> network = Network.from_weights([[[2], [1]]], [[-18]], loss=binary_cross_entropy)
    >>> point, target = np.array([7.0, 6.0]), np.array([1.0])
    >>> student = trace(network, point, target, input_names=["test", "grades"])
    >>> rule = student.chain_rule("test", "y1")
    >>> [(factor.symbol, round(factor.value, 4)) for factor in rule.factors]
    [('dJ/dp', -1.1353), ('dp/dz1', 0.105), ('dz1/dw', 7.0)]
    >>> round(rule.product, 4), round(rule.gradient, 4)
    (-0.8344, -0.8344)
    """

    edge: str
    factors: list[Factor]
    details: list[TextTable]
    gradient: float

    @property
    def product(self) -> float:
        """The factors multiplied: dJ / dw."""
        # A unit of slope 0 sends back 0, not -0.
        return math.prod(factor.value for factor in self.factors) + 0.0

    def tables(self) -> list[TextTable]:
        """Return the factors, and what they are sums of, as tables of text."""
        parameter = self.factors[-1].symbol[-1]
        rows = [
            (factor.symbol, factor.meaning, number_text(factor.value)) for factor in self.factors
        ]
        rows.append((f"dJ/d{parameter}", "their product", number_text(self.product)))
        title = f"The chain rule for {self.edge}"
        factors = TextTable(title, ("factor", "what it is", "value"), rows, n_names=2)
        return [factors, *self.details]

    def latex(self) -> Formulas:
        r"""Return the chain as a LaTeX formula between ``\[`` and ``\]``, numbers filled in."""
        parameter = self.factors[-1].symbol[-1]
        symbols = r" \cdot ".join(factor.latex() for factor in self.factors)
        numbers = latex_product(factor.value for factor in self.factors)
        whole = rf"\frac{{\partial J}}{{\partial {parameter}}}"
        product = latex_number(self.product)
        return Formulas(rf"\[ {whole} = {symbols} = {numbers} = {product} \]")

    def _repr_latex_(self) -> str:
        return self.latex()


def chain_rule(
    point: TracedPoint, source: int | str, unit: int | str, layer: int | None
) -> ChainRule:
    """See :meth:`errorest.network.Trace.chain_rule`."""
    if not point.gradients:
        raise ValueError("no error came back, for the trace was made without a target: give it one")
    index, i, j = _edge(point.unit_names, source, unit, layer)
    names = point.unit_names
    is_bias = i == len(names[index])
    below = BIAS if is_bias else names[index][i]
    gradients = point.gradients[index]
    factors = _back_to(point, index, j)
    if is_bias:
        factors.append(Factor(f"dz{index + 1}/db", "output of the bias node", 1.0))
    else:
        value = float(point.layers[index].inputs[i])
        what = f"{'output of' if index else 'input'} {below}"
        factors.append(Factor(f"dz{index + 1}/dw", what, value))
    gradient = gradients.deltas[j] if is_bias else gradients.grad_weights[i, j]
    return ChainRule(
        edge=f"{below} → {names[index + 1][j]}",
        factors=factors,
        details=_details(point, index, j),
        gradient=float(gradient),
    )


def _back_to(point: TracedPoint, index: int, unit: int) -> list[Factor]:
    """Return the factors whose product is a unit's delta."""
    number = index + 1
    name = point.unit_names[number][unit]
    if number == len(point.layers):
        return _output_factors(point, unit)
    layer, gradients = point.layers[index], point.gradients[index]
    activation = activation_name(layer.layer.activation)
    slope = Factor(
        f"da{number}/dz{number}",
        f"slope of {name}, {activation}'({number_text(layer.logits[unit])})",
        float(gradients.slopes[unit]),
    )
    above = point.unit_names[number + 1]
    if len(above) > 1:
        meaning = f"what comes back to {name} from {len(above)} units, summed below"
        back = float(gradients.grad_outputs[unit])
        return [Factor(f"dJ/da{number}", meaning, back), slope]
    weight = Factor(
        f"dz{number + 1}/da{number}",
        f"weight {name} → {above[0]}",
        float(point.layers[number].weights[unit, 0]),
    )
    return [*_back_to(point, number, 0), weight, slope]


def _output_factors(point: TracedPoint, unit: int) -> list[Factor]:
    """Return dJ/dp and dp/dz where the prediction has a slope, else dJ/dz at once."""
    loss, logits = point.network.loss, point.layers[-1].outputs
    names = point.output_names
    number = len(point.layers)
    delta = float(point.gradients[-1].deltas[unit])
    slope, of, over = 0.0, unit, ""
    if isinstance(loss, BinaryCrossEntropy):
        slope = float(sigmoid.derivative(logits[unit]))
    elif point.target is not None and _looks_at_one_class(loss, point.target):
        of = int(np.argmax(point.target))
        slope = float(softmax_jacobian(logits)[of, unit])
        over = f", when the logit of {names[unit]} moves"
    # A probability that rounds to 0 or 1 has no slope left to divide by.
    if abs(slope) < 1e-300:
        return [Factor(f"dJ/dz{number}", f"slope of the loss: delta of {names[unit]}", delta)]
    return [
        Factor("dJ/dp", f"slope of the loss at p = {number_text(point.output[of])}", delta / slope),
        Factor(f"dp/dz{number}", f"slope of the probability of {names[of]}{over}", slope),
    ]


def _looks_at_one_class(loss: Loss, target: Array) -> bool:
    """Whether the loss is a function of the probability of the point's own class alone."""
    is_of_one = isinstance(loss, CrossEntropy) and not isinstance(loss, BrierLoss)
    return is_of_one and bool(target.max() == 1)


def _details(point: TracedPoint, index: int, unit: int) -> list[TextTable]:
    """Return the sum that comes back to a unit, and the deltas in it, up to the loss."""
    for number in range(index + 1, len(point.layers)):
        if len(point.unit_names[number + 1]) > 1:
            later = range(number, len(point.layers))
            return [_sum_table(point, number, unit), *(unit_table(point, n) for n in later)]
        # The factors themselves lead through a layer of one unit.
        unit = 0
    return []


def _sum_table(point: TracedPoint, index: int, unit: int) -> TextTable:
    """Return what comes back to a unit from those of the layer that it feeds."""
    weights, deltas = point.layers[index].weights[unit], point.gradients[index].deltas
    # A delta of 0 makes 0 of a negative weight, not -0.
    products = weights * deltas + 0.0
    shown = largest(products, MAX_ROWS)
    names = point.unit_names[index + 1]
    rows = [
        (names[k], *map(number_text, (weights[k], deltas[k], products[k]))) for k in shown.tolist()
    ]
    if len(shown) < len(products):
        rest = products.sum() - products[shown].sum()
        rows.append((counted(len(products) - len(shown), "other"), "", "", number_text(rest)))
    rows.append(("sum", "", "", number_text(point.gradients[index - 1].grad_outputs[unit])))
    title = f"What comes back to {point.unit_names[index][unit]}: dJ/da{index}"
    return TextTable(title, ("from", "weight w", "delta", "w delta"), rows)


def _edge(
    names: list[list[str]], source: int | str, unit: int | str, layer: int | None
) -> tuple[int, int, int]:
    """Find an edge: the place of its layer, of its source (the last for the bias), of its unit."""
    layers = range(1, len(names))
    if layer is not None and layer not in layers:
        raise ValueError(f"there is no layer {layer}, only 1 to {len(layers)}")
    for number in layers if layer is None else [layer]:
        i = _place(source, [*names[number - 1], BIAS])
        j = _place(unit, names[number])
        if i is not None and j is not None:
            return number - 1, i, j
    ending = (n for n in layers if _place(unit, names[n]) is not None)
    beginning = (n for n in layers if _place(source, names[n - 1]) is not None)
    number = layer or next(ending, None) or next(beginning, 1)
    raise ValueError(
        f"no edge leads from {source!r} to {unit!r}: those to layer {number} lead from "
        f"{_listing([*names[number - 1], BIAS])} to {_listing(names[number])}"
    )


def _place(unit: int | str, names: Sequence[str]) -> int | None:
    if isinstance(unit, str):
        return names.index(unit) if unit in names else None
    return unit if 0 <= unit < len(names) else None


def _listing(names: Sequence[str]) -> str:
    return ", ".join([*names[:_MAX_NAMES], "..."] if len(names) > _MAX_NAMES + 1 else names)


def _with_layer(symbol: str) -> str:
    """Write the layer of "z2" as LaTeX does."""
    return f"{symbol[0]}^{{({symbol[1:]})}}" if len(symbol) > 1 else symbol
