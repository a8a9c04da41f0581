"""The seam: a handful of coarse functions that every engine has.

Conventions, used everywhere below and above:

- ``X`` has shape ``(n_samples, n_features)``, C-contiguous, float32 or float64. ``targets`` are
  class indices ``(n_samples,)`` or values ``(n_samples, n_outputs)``. ``sample_weight`` has
  shape ``(n_samples,)``; None means 1 for each.
- ``weights (n_in, n_out)``, ``biases (n_out,)``, ``logits = inputs W + b``. All parameters of a
  network are one flat vector: layer by layer, first the weights row by row, then the biases.
- The objective is ``J = (sum_i s_i loss_i) / (sum_i s_i) + (l2 / 2) sum(W^2)``, over the rows of
  a batch; biases carry no penalty. A gradient ``grad_x`` is dJ/dx.
- Epoch ``e`` visits the rows in the order ``random_order(seed, e, n_samples)``.
- The same seed, data, engine and instruction set give the same bits.

The functions are ``forward``, ``predict_proba``, ``loss_and_gradient``, ``train_epochs`` and
``perceptron_epoch``; :mod:`errorest.engine.reference` is their specification.
"""

from errorest.engine import reference
from errorest.engine.reference import (
    forward,
    loss_and_gradient,
    perceptron_epoch,
    predict_proba,
    train_epochs,
)

__all__ = [
    "forward",
    "loss_and_gradient",
    "name",
    "perceptron_epoch",
    "predict_proba",
    "train_epochs",
]

name = reference.name
