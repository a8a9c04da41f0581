"""Errors and warnings of Errorest.

An error's message is one line that says what is wrong, where, and what to do.
The command line prints that line and exits with status 2.
"""


class ErrorestError(Exception):
    """Base class of the errors that a user can mend."""


class TableError(ErrorestError, ValueError):
    """A table cannot be read or used; the message names file, row or column."""


class ModelFileError(ErrorestError, ValueError):
    """A file is not a model that this version of Errorest can load safely."""


class ModelError(ErrorestError, TypeError):
    """A model lacks what is asked of it, such as a network or probabilities."""


class CheckpointError(ErrorestError, ValueError):
    """A checkpoint is damaged, or belongs to another training run."""


class PictureError(ErrorestError, ValueError):
    """There is nothing of this kind to draw."""


class PlaygroundError(ErrorestError, ValueError):
    """A message to the playground asks for what cannot be."""


class OutputError(ErrorestError, OSError):
    """A file cannot be written."""


class ErrorestWarning(UserWarning):
    """Something was handled for the user that the user should know of."""


class TableWarning(ErrorestWarning):
    """Rows, columns or cells of a table were left out or replaced, or are hardly what was meant."""
