"""The playground in the browser: one page, and one WebSocket for its messages.

Each connection has a session of its own, whose messages are answered one by one in a worker
thread. Who may connect is for :mod:`errorest.playground.admission` to say.
"""

import asyncio
import logging
import socket
from collections.abc import Callable

import uvicorn
from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from errorest import engine
from errorest.exceptions import PlaygroundError
from errorest.playground.admission import Admission, SecureHeaders
from errorest.playground.bundle import WEB, script, styles
from errorest.playground.limits import LOCAL, Limits
from errorest.playground.session import Session
from errorest.playground.wire import decode, encode

__all__ = ["application", "serve"]

_TRY_AGAIN_LATER = 1013
_GOING_AWAY = 1001

_log = logging.getLogger(__name__)


def application(
    make_session: Callable[[], Session], admission: Admission, limits: Limits = LOCAL
) -> Starlette:
    """Build the server.

    Parameters
    ----------
    make_session : callable
        Makes the session of one more connection.
    admission : Admission
        Who may connect.
    limits : Limits, default=LOCAL
        How many sessions there may be, and how long they may idle.
    """
    n_sessions = 0
    # More threads than processors would only hold each other up.
    workers = CapacityLimiter(engine.n_threads())
    the_script, the_styles = script("host.js"), styles("host")

    async def page(request: Request) -> Response:
        if not admission.knows_token(request):
            return PlainTextResponse(
                "open the address that `errorest playground` printed, including its token",
                status_code=403,
            )
        return FileResponse(WEB / "index.html")

    async def bundled_script(request: Request) -> Response:
        return Response(the_script, media_type="text/javascript")

    async def bundled_styles(request: Request) -> Response:
        return Response(the_styles, media_type="text/css")

    async def icon(request: Request) -> Response:
        return FileResponse(WEB / "icon.svg")

    async def talk(websocket: WebSocket) -> None:
        nonlocal n_sessions
        if not (admission.knows_token(websocket) and admission.is_own_origin(websocket)):
            await websocket.close()
            return
        await websocket.accept()
        if n_sessions >= limits.sessions:
            await websocket.close(_TRY_AGAIN_LATER, "all sessions are in use: try again later")
            return
        n_sessions += 1
        try:
            session = await to_thread.run_sync(make_session, limiter=workers)
            await _answer_all(websocket, session, limits, workers)
        except WebSocketDisconnect:
            pass
        finally:
            n_sessions -= 1

    return Starlette(
        routes=[
            Route("/", page),
            Route("/bundle.js", bundled_script),
            Route("/bundle.css", bundled_styles),
            Route("/icon.svg", icon),
            WebSocketRoute("/socket", talk),
        ],
        middleware=[
            Middleware(SecureHeaders),
            Middleware(TrustedHostMiddleware, allowed_hosts=admission.hosts, www_redirect=False),
            Middleware(GZipMiddleware),
        ],
    )


async def _answer_all(
    websocket: WebSocket, session: Session, limits: Limits, workers: CapacityLimiter
) -> None:
    while True:
        try:
            message = await asyncio.wait_for(websocket.receive_bytes(), limits.idle_seconds)
        except TimeoutError:
            await websocket.close(_GOING_AWAY, "no message came for a long time: reload the page")
            return
        # A text message in place of bytes.
        except KeyError:
            message = b""
        share = _share(workers)
        answer = await to_thread.run_sync(_answer, session, message, share, limiter=workers)
        try:
            await asyncio.wait_for(websocket.send_bytes(answer), limits.idle_seconds)
        # Who does not read the answers would not read why the session ends, either.
        except TimeoutError:
            return


def _share(workers: CapacityLimiter) -> float:
    """Return which part of its time a frame may take, so that all are answered soon."""
    now = workers.statistics()
    n_messages = now.borrowed_tokens + now.tasks_waiting + 1
    # Squared, for besides its training each frame that waits must be drawn.
    return min(1.0, (now.total_tokens / n_messages) ** 2)


def _answer(session: Session, message: bytes, share: float) -> bytes:
    try:
        content, buffers = decode(message)
    except PlaygroundError as error:
        return encode({"type": "error", "id": None, "message": str(error)}, [])
    try:
        # Sessions share the processors; the networks are small.
        with engine.threads(1):
            return encode(*session.handle(content, buffers, share=share))
    # A mistake of ours must not end a user's session.
    except Exception:
        _log.exception("a message could not be answered")
        fault = "something went wrong inside Errorest: see the server's log"
        return encode({"type": "error", "id": content.get("id"), "message": fault}, [])


def serve(
    make_session: Callable[[], Session],
    admission: Admission,
    listener: socket.socket,
    limits: Limits = LOCAL,
) -> None:
    """Serve until Ctrl-C.

    Parameters
    ----------
    make_session, admission
        As for :func:`application`.
    listener : socket
        Bound, and listening.
    limits : Limits, default=LOCAL
    """
    config = uvicorn.Config(
        application(make_session, admission, limits),
        log_level="warning",
        ws="websockets-sansio",
        ws_max_size=limits.message_bytes,
        # On one machine, packing takes longer than sending.
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=1,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[listener])
