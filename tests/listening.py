"""A server on this machine that notes what it is asked for, to prove that nothing a file names is ever fetched."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest


@dataclass
class Listener:
    """Where it listens, without a slash at the end, and the paths that it was asked for."""

    url: str = ""
    paths: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    """Give a server that has nothing, and says so to everybody."""
    told = Listener()

    class Asked(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.paths.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815 - the server's own name for it

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Asked) as server:
        told.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield told
        server.shutdown()
