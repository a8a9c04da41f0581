"""Example tables by name: observed ones from installed packages, and simulated ones.

>>> from errorest import datasets
>>> datasets.load("iris").frame.shape
(150, 5)
"""

from errorest.datasets.catalogue import CATALOGUE, Dataset, DatasetInfo, names
from errorest.datasets.loading import load

__all__ = ["load", "names", "CATALOGUE", "Dataset", "DatasetInfo"]
