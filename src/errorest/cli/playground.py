"""``errorest playground``: see a network learn, in the browser."""

import re
import threading
import webbrowser
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from errorest.cli.screen import Header, naming, note
from errorest.exceptions import ErrorestError

if TYPE_CHECKING:
    from errorest.playground.limits import Limits
    from errorest.playground.own_table import Source

__all__ = ["playground"]


def playground(
    table: Annotated[
        Path | None, typer.Argument(help="A CSV file (or Parquet, with pyarrow) of your own.")
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            "--target",
            "-t",
            help="The table's column to predict; by default the last one with two values, or else "
            "with categories.",
        ),
    ] = None,
    header: Header = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 for any free port.")
    ] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    public: Annotated[
        bool, typer.Option("--public", help="Let everyone on your network use it, within limits.")
    ] = False,
    host_name: Annotated[
        list[str] | None,
        typer.Option(
            help="With --public: another host name by which browsers may reach this machine."
        ),
    ] = None,
) -> None:
    """Watch a network learn in the browser, step by step."""
    if host_name and not public:
        raise ErrorestError("--host-name goes with --public: add that, or leave it out")
    for name in host_name or []:
        if re.fullmatch(r"[\w.-]+", name) is None:
            raise ErrorestError(
                f"--host-name {name!r} is not a host name: give it without http:// and port"
            )
    if target is not None and table is None:
        raise ErrorestError("--target names a column of a table: name the table too")
    try:
        from errorest.playground.admission import Admission
        from errorest.playground.server import serve
    except ModuleNotFoundError as error:
        raise ErrorestError(
            f"the playground needs {error.name}: pip install 'errorest[playground]'"
        ) from error
    import socket

    from errorest.playground import Session
    from errorest.playground.limits import LOCAL, PUBLIC

    limits = PUBLIC if public else LOCAL
    source = None if table is None else read_source(table, target, header, limits)
    # What is wrong with the table is said here, not in the browser.
    with nullcontext() if table is None else naming(table):
        Session(source, limits=limits)
    admission = Admission.public(host_name or []) if public else Admission.local()
    # A server that was just ended may have left its port in waiting.
    try:
        listener = socket.create_server(("" if public else "127.0.0.1", port))
    except OSError as error:
        raise ErrorestError(f"port {port}: {error.strerror}; choose another --port") from error
    here = f"http://{{}}:{listener.getsockname()[1]}/"
    address = here.format("127.0.0.1")
    if admission.token is not None:
        address += f"?token={admission.token}"
    print(f"The playground is at {address}", flush=True)
    if public:
        print(f"and for others at {here.format(socket.gethostname())}", flush=True)
        note("note: everyone who can reach this machine can use it, and see the table")
    note("Ctrl-C ends it.")
    if browser:
        # Where there is no screen it is one in the terminal, and opening lasts until that ends.
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    serve(lambda: Session(source, limits=limits), admission, listener, limits)


def read_source(table: Path, target: str | None, header: bool | None, limits: "Limits") -> "Source":
    """Read a table, and settle which column is to be predicted."""
    from errorest.playground.own_table import OwnTable, Source
    from errorest.tables import read_table

    own = OwnTable(table.name, read_table(table, header=header))
    if target is None:
        with naming(table):
            targets = own.targets(limits)
        if not targets:
            raise ErrorestError(f"{table} has no column of classes: name one with --target")
        target = targets[0]
        note(f"note: predicting {target!r}; --target names another column")
    return Source(own, target)
