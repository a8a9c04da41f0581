"""How fast the playground's server answers: frames a second, and the slowest frames.

A server of its own process is asked by one user, then by eight at once, each asking for the next
frame as soon as one is there. A frame trains for one epoch (or for as long as its budget lasts),
and brings a map of 100 x 100 places and a thumbnail of each of twelve hidden units.

    python -m benchmarks.playground
"""

import argparse
import asyncio
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from websockets.asyncio.client import ClientConnection, connect

from errorest.playground.wire import decode, encode

VIEW = {"map": 100, "thumbnails": 36}
STATE = "dataset=spiral&hidden=6,6&max_epochs=10000"


async def ask(socket: ClientConnection, **content: Any) -> dict[str, Any]:
    """Send a message and wait for its answer."""
    await socket.send(encode({"view": VIEW} | content, []))
    message = await socket.recv()
    assert isinstance(message, bytes)
    answer, _ = decode(message)
    assert answer["type"] == "frame", answer
    return answer


async def user(address: str, fragment: str, seconds: float) -> list[float]:
    """Play, and return how long each frame took."""
    times = []
    async with connect(address, compression=None, max_size=None) as socket:
        await ask(socket, type="hello", fragment=fragment)
        end = time.perf_counter() + seconds
        while (started := time.perf_counter()) < end:
            frame = await ask(socket, type="frame", run="play")
            times.append(time.perf_counter() - started)
            if frame["done"]:
                await ask(socket, type="rewind")
    return times


async def measure(address: str, fragment: str, n_users: int, seconds: float) -> None:
    """Let users play at once, and print what they saw."""
    seen = await asyncio.gather(*(user(address, fragment, seconds) for _ in range(n_users)))
    slowest = min(len(times) / seconds for times in seen)
    milliseconds = 1000 * np.concatenate(seen)
    half, most = np.quantile(milliseconds, [0.5, 0.99])
    print(f"{n_users:5} {slowest:14.1f} {half:9.1f} {most:9.1f}")


def main() -> None:
    """Start a server, measure, and end it."""
    parser = argparse.ArgumentParser(description="Measure the playground's server.")
    parser.add_argument("--seconds", type=float, default=10.0)
    seconds = parser.parse_args().seconds
    command = [str(Path(sys.executable).parent / "errorest"), "playground", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        page = server.stdout.readline().split()[-1]
        address = page.replace("http", "ws", 1).replace("/?", "/socket?")
        try:
            for speed, meaning in ((1, "one epoch a frame"), (0, "as many epochs as fit")):
                print(f"\n{meaning}\nusers  frames/s each    median       p99   (ms)")
                for n_users in (1, 8):
                    asyncio.run(measure(address, f"{STATE}&speed={speed}", n_users, seconds))
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
