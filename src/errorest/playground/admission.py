"""Who may use the playground's server: the right host, origin and token.

A page of another site that is open in the same browser can send requests to this machine; it
knows neither the token nor can it hide its origin. A name that was turned to this machine's
address (DNS rebinding) is not among the hosts.
"""

import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Admission", "SecureHeaders"]


@dataclass(frozen=True)
class Admission:
    """Who may connect.

    Parameters
    ----------
    hosts : list of str
        The names by which the server may be asked for.
    token : str or None
        What an address must hold; None lets everyone in.
    """

    hosts: list[str]
    token: str | None

    @classmethod
    def local(cls) -> "Admission":
        """Let in who sits at this machine and has seen the token."""
        return cls(["127.0.0.1", "localhost"], secrets.token_urlsafe(16))

    @classmethod
    def public(cls, hosts: Sequence[str] = ()) -> "Admission":
        """Let in everyone who asks for this machine by one of its own names or addresses."""
        own = {socket.gethostname(), socket.getfqdn(), _address_in_network()}
        return cls(sorted({"127.0.0.1", "localhost", *own, *hosts}), None)

    def knows_token(self, connection: HTTPConnection) -> bool:
        """Tell whether the address holds the token."""
        given = connection.query_params.get("token", "")
        return self.token is None or secrets.compare_digest(given.encode(), self.token.encode())

    def is_own_origin(self, connection: HTTPConnection) -> bool:
        """Tell whether a request comes from our page, or from no page at all."""
        origin = connection.headers.get("origin")
        return origin is None or urlsplit(origin).netloc == connection.headers.get("host")


def _address_in_network() -> str:
    """Return by which address others reach this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unconnected:
        try:
            # Nothing is sent: this only asks for the way to an address kept for documentation.
            unconnected.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        address: str = unconnected.getsockname()[0]
        return address


class SecureHeaders:
    """Let the page load only what comes from here, and be framed by nobody."""

    _HEADERS: ClassVar[dict[str, str]] = {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
            "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-cache",
    }

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the headers to its answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers)
