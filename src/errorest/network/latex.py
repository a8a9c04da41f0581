r"""One point's way through a network as LaTeX, with the numbers filled in.

Units are counted from 1: :math:`z^{(l)}_j` and :math:`a^{(l)}_j` are logit and output of the
j-th unit of layer l, :math:`w^{(l)}_{i,j}` the weight that leads to it from the i-th unit below.
The formulas keep to what matplotlib's mathtext can draw.

>>> latex_number(-0.0000123), latex_product([0.5, -2.0])
('-1.23 \\cdot 10^{-5}', '0.5 \\cdot (-2)')
"""

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from errorest.maths.activations import Activation, Identity, Sigmoid, Tanh
from errorest.maths.losses import BinaryCrossEntropy, CrossEntropy, Loss
from errorest.network.dense_form import PartialActivation
from errorest.network.trace_tables import by_magnitude
from errorest.network.traced_point import TracedPoint
from errorest.text_table import number_text

__all__ = ["Formulas", "formulas", "latex_number", "latex_product", "latex_sum"]

_FUNCTIONS = {Sigmoid: r"\sigma", Tanh: r"\tanh"}

# Those of which dJ / dz is p - y.
_LOSSES: dict[type[Loss], str] = {
    BinaryCrossEntropy: r"-\sum_k \left(y_k \ln p_k + (1 - y_k) \ln(1 - p_k)\right)",
    CrossEntropy: r"-\sum_k y_k \ln p_k",
}


class Formulas(str):
    r"""LaTeX that Jupyter sets as formulas where it is a cell's result.

    Examples
    --------
    >>> print(Formulas(r"\[ J = 0.5 \]"))
    \[ J = 0.5 \]
    """

    __slots__ = ()

    def _repr_latex_(self) -> str:
        # Outside of formulas, MathJax knows no comments, and a $ in a name begins a formula.
        lines = (
            line.removeprefix("% ").replace("$", r"\$") if line.startswith("%") else line
            for line in self.split("\n")
        )
        return "\n".join(lines)


def formulas(point: TracedPoint, max_terms: int) -> Iterator[tuple[str, list[str]]]:
    """Yield the headings of a trace, each with the formulas under it.

    Parameters
    ----------
    point : TracedPoint
    max_terms : int
        How many units of a layer, edges of a layer, and terms of a sum to write out: the first
        ones, and among the outputs the true class.

    Yields
    ------
    heading : str
    formulas : list of str
        Without delimiters.

    Raises
    ------
    ValueError
        If max_terms is less than 1.
    """
    if max_terms < 1:
        raise ValueError(f"max_terms must be at least 1, not {max_terms}")
    inputs, *units = point.unit_names
    values = point.layers[0].inputs[:max_terms]
    shown = [f"x_{{{i}}} = {latex_number(x)}" for i, x in enumerate(values, start=1)]
    made_by = f" behind {point.made_by}" if point.made_by else ""
    yield _heading(f"The point{made_by}", inputs, list(range(len(values)))), shown
    for index, names in enumerate(units):
        chosen = _units(point, index, max_terms)
        heading = _heading(f"Feedforward, layer {index + 1}", names, chosen)
        yield heading, list(_feedforward(point, index, chosen, max_terms))
    outputs = _units(point, len(units) - 1, max_terms)
    yield _heading(point.answer_name, point.output_names, outputs), list(_answer(point, outputs))
    for index in reversed(range(len(point.gradients))):
        chosen = _units(point, index, max_terms)
        heading = _heading(f"Backpropagation, layer {index + 1}", units[index], chosen)
        yield heading, list(_backward(point, index, chosen, max_terms))


def latex_number(number: float) -> str:
    """Return a number with four digits, and a power of ten in place of an e."""
    if not math.isfinite(number):
        return r"\mathrm{nan}" if math.isnan(number) else ("-" if number < 0 else "") + r"\infty"
    mantissa, _, exponent = number_text(number).partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def latex_product(factors: Iterable[float]) -> str:
    """Return numbers multiplied, those after the first in brackets where they are negative."""
    first, *others = map(latex_number, factors)
    return r" \cdot ".join([first, *map(_bracketed, others)])


def latex_sum(terms: Sequence[str], max_terms: int) -> str:
    """Return terms added, with dots for those beyond a number of them."""
    shown = [*terms[:max_terms], r"\cdots"] if len(terms) > max_terms else terms
    return " + ".join(shown).replace("+ -", "- ")


def _units(point: TracedPoint, index: int, max_terms: int) -> list[int]:
    """Return the first units of a layer; of the last one the target's before all others."""
    units = np.arange(point.layers[index].layer.n_out)
    if index == len(point.layers) - 1 and point.target is not None:
        units = np.argsort(-point.target, kind="stable")
    return sorted(units[:max_terms].tolist())


def _feedforward(point: TracedPoint, index: int, units: list[int], max_terms: int) -> Iterator[str]:
    layer = point.layers[index]
    activation = layer.layer.activation
    for j in units:
        pairs = zip(layer.weights[:, j], layer.inputs, strict=True)
        products = [latex_product(pair) for pair in pairs]
        sum_ = latex_sum(products, max_terms) + f" + {latex_number(layer.biases[j])}"
        z = f"z^{{({index + 1})}}_{{{j + 1}}}"
        yield f"{z} = {sum_.replace('+ -', '- ')} = {latex_number(layer.logits[j])}"
        if not isinstance(activation, Identity):
            a = f"a^{{({index + 1})}}_{{{j + 1}}}"
            value = _applied(activation, j, latex_number(layer.logits[j]))
            yield f"{a} = {value} = {latex_number(layer.outputs[j])}"


def _answer(point: TracedPoint, units: list[int]) -> Iterator[str]:
    loss = point.network.loss
    symbol = "p" if loss.output_name == "probability" else r"\hat{y}"
    for k in units:
        z, made_of = latex_number(point.layers[-1].outputs[k]), ""
        if isinstance(loss, BinaryCrossEntropy):
            made_of = rf"\sigma({z}) = "
        elif isinstance(loss, CrossEntropy):
            made_of = rf"\frac{{e^{{{z}}}}}{{\sum_j e^{{z_j}}}} = "
        yield f"{symbol}_{{{k + 1}}} = {made_of}{latex_number(point.output[k])}"
    if point.target is not None and point.loss is not None:
        for k in units:
            yield f"y_{{{k + 1}}} = {latex_number(point.target[k])}"
        formula = _LOSSES.get(type(loss), rf"\mathrm{{{_escaped(type(loss).__name__)}}}(z, y)")
        yield f"J = {formula} = {latex_number(point.loss)}"


def _backward(point: TracedPoint, index: int, units: list[int], max_terms: int) -> Iterator[str]:
    layer, gradients = point.layers[index], point.gradients[index]
    activation = layer.layer.activation
    is_last = index == len(point.layers) - 1
    for j in units:
        delta = _delta(index, j)
        if is_last:
            right = rf"\frac{{\partial J}}{{\partial z^{{({index + 1})}}_{{{j + 1}}}}}"
            if type(point.network.loss) in _LOSSES:
                right += f" = p_{{{j + 1}}} - y_{{{j + 1}}}"
        else:
            after = point.layers[index + 1], point.gradients[index + 1]
            pairs = zip(after[0].weights[j], after[1].deltas, strict=True)
            back = latex_sum([latex_product(pair) for pair in pairs], max_terms)
            slope = _slope(activation, j, latex_number(layer.logits[j]))
            numbers = rf"{latex_number(gradients.slopes[j])} \cdot ({back})"
            sum_ = rf"\sum_k w^{{({index + 2})}}_{{{j + 1},k}} \delta^{{({index + 2})}}_k"
            right = rf"{slope} \cdot {sum_} = {numbers}"
        yield f"{delta} = {right} = {latex_number(gradients.deltas[j])}"
    for edge in by_magnitude(gradients.grad_weights)[:max_terms].tolist():
        i, j = divmod(edge, gradients.grad_weights.shape[1])
        weight = f"w^{{({index + 1})}}_{{{i + 1},{j + 1}}}"
        below = f"x_{{{i + 1}}}" if index == 0 else f"a^{{({index})}}_{{{i + 1}}}"
        product = latex_product((layer.inputs[i], gradients.deltas[j]))
        yield (
            rf"\frac{{\partial J}}{{\partial {weight}}} = {below} \cdot {_delta(index, j)} = "
            rf"{product} = {latex_number(gradients.grad_weights[i, j])}"
        )


def _heading(title: str, names: list[str], chosen: list[int]) -> str:
    note = ""
    if len(chosen) < len(names):
        are_first = chosen[-1] == len(chosen) - 1
        note = f"; {'the first ' if are_first else ''}{len(chosen)} of {len(names)}"
    # A heading becomes a comment of one line.
    listed = ", ".join(" ".join(names[unit].split()) for unit in chosen)
    return f"{title}: {listed}{note}"


def _delta(index: int, unit: int) -> str:
    return rf"\delta^{{({index + 1})}}_{{{unit + 1}}}"


def _applied(activation: Activation, unit: int, logit: str) -> str:
    if isinstance(activation, PartialActivation):
        inner = _applied(activation.activation, unit, logit)
        return rf"{logit} + {_alpha(activation, unit)} \cdot ({inner} - {_bracketed(logit)})"
    return f"{_function(activation)}({logit})"


def _slope(activation: Activation, unit: int, logit: str) -> str:
    if isinstance(activation, PartialActivation):
        inner = _slope(activation.activation, unit, logit)
        return rf"(1 + {_alpha(activation, unit)} \cdot ({inner} - 1))"
    return f"{_function(activation)}'({logit})"


def _alpha(activation: PartialActivation, unit: int) -> str:
    return _bracketed(latex_number(activation.alpha[unit]))


def _function(activation: Activation) -> str:
    name = _escaped(type(activation).__name__)
    return _FUNCTIONS.get(type(activation), rf"\mathrm{{{name}}}")


def _escaped(name: str) -> str:
    return name.replace("_", r"\_")


def _bracketed(number: str) -> str:
    return f"({number})" if number.startswith("-") else number
