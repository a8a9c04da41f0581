"""Saving and loading models."""

from errorest.files.model_file import load, save

__all__ = ["load", "save"]
