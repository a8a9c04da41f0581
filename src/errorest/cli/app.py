"""The command ``errorest`` and how it ends."""

import sys
import warnings

import typer

from errorest.cli.data import data
from errorest.cli.evaluate import evaluate
from errorest.cli.explain import explain
from errorest.cli.info import info
from errorest.cli.predict import predict
from errorest.cli.screen import show_warning
from errorest.cli.train import train
from errorest.exceptions import ErrorestError

__all__ = ["app", "main"]

app = typer.Typer(
    help="Neural-network classification for tables, open at every step.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for verb in (train, predict, evaluate, explain, info, data):
    app.command()(verb)


def main() -> None:
    """Run the command line, and turn a user's error into one line and status 2."""
    with warnings.catch_warnings():
        # A user hears of the data and the training, not of what developers should change.
        warnings.simplefilter("ignore")
        warnings.simplefilter("default", UserWarning)
        warnings.showwarning = show_warning
        try:
            app()
        except ErrorestError as error:
            print(f"errorest: {error}", file=sys.stderr)
            sys.exit(2)
