"""Saving and loading models, and exporting them for other programs."""

from errorest.files.model_file import load, save
from errorest.files.onnx import export_onnx, to_onnx

__all__ = ["export_onnx", "load", "save", "to_onnx"]
