"""The command ``errorest`` and how it ends."""

import io
import os
import signal
import sys
import threading
import warnings
from importlib import metadata
from typing import Annotated

import typer

from errorest.cli.data import data
from errorest.cli.evaluate import evaluate
from errorest.cli.explain import explain
from errorest.cli.export import export
from errorest.cli.info import info
from errorest.cli.likelihood import likelihood
from errorest.cli.playground import playground
from errorest.cli.plot import plot
from errorest.cli.predict import predict
from errorest.cli.report import report
from errorest.cli.screen import note_once, show_warning
from errorest.cli.train import train
from errorest.exceptions import ErrorestError

__all__ = ["app", "main"]

app = typer.Typer(
    no_args_is_help=True,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


@app.callback()
def version_option(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True)
    ] = False,
) -> None:
    """Neural-network classification for tables, open at every step."""
    if version:
        print(metadata.version("errorest"))
        raise typer.Exit


for verb in (
    train,
    predict,
    evaluate,
    likelihood,
    explain,
    plot,
    report,
    export,
    playground,
    info,
    data,
):
    app.command()(verb)


def main() -> None:
    """Run the command line, and turn a user's error into one line and status 2."""
    with warnings.catch_warnings():
        # A user hears of the data and the training, not of what developers should change.
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", UserWarning)
        # Some are both.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.showwarning = show_warning
        note_once.cache_clear()
        _open_streams()
        _write_utf_8()
        # Files half written are removed, as after Ctrl-C. Signals are for the main thread alone.
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
        try:
            try:
                app()
            except SystemExit:
                # Python itself would do it too late for an error of one line and status 2.
                sys.stdout.flush()
                raise
        except (ErrorestError, MemoryError) as error:
            # Python's own MemoryError says nothing.
            print(f"errorest: {str(error) or 'there is not enough memory'}", file=sys.stderr)
            sys.exit(2)
        # Whoever read our output has seen enough, such as head; typer ends likewise.
        except BrokenPipeError:
            _give_up_output()
            sys.exit(1)
        # Such as standard output on a full disk.
        except OSError as error:
            _give_up_output()
            print(f"errorest: {error.strerror or error}", file=sys.stderr)
            sys.exit(2)


def _open_streams() -> None:
    """Let what is written to a stream that was closed from outside go nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    # Without a buffer, as with PYTHONUNBUFFERED, Python is silent of what a full disk leaves out.
    if isinstance(getattr(sys.stdout, "buffer", None), io.RawIOBase):
        number, encoding = sys.stdout.fileno(), sys.stdout.encoding
        sys.stdout = open(number, "w", buffering=1, encoding=encoding, closefd=False)  # noqa: SIM115


def _give_up_output() -> None:
    """Let what standard output has not taken go nowhere, or Python tries once more at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _write_utf_8() -> None:
    """Give files and other programs UTF-8, as tables are read; a terminal, what it can show.

    Line ends stay as they are written, which Windows would change within quoted cells, too.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding, newline = (stream.encoding, None) if stream.isatty() else ("utf-8", "\n")
            stream.reconfigure(encoding=encoding, errors="replace", newline=newline)
