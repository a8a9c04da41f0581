"""Training: the loop over epochs, its history, early stopping and checkpoints."""

from errorest.training.checkpoint import load_checkpoint, save_checkpoint
from errorest.training.error_surface import ErrorSurface, error_surface
from errorest.training.history import History, thinned
from errorest.training.lbfgs import Minimum, lbfgs, minimize_lbfgs
from errorest.training.stopping import EarlyStopping
from errorest.training.trainer import Metric, Samples, Trainer, TrainingState, diverged, measure

__all__ = [
    "EarlyStopping",
    "ErrorSurface",
    "History",
    "Metric",
    "Minimum",
    "Samples",
    "Trainer",
    "TrainingState",
    "diverged",
    "error_surface",
    "lbfgs",
    "load_checkpoint",
    "measure",
    "minimize_lbfgs",
    "save_checkpoint",
    "thinned",
]
