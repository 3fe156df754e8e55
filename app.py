"""The door: one ASGI server that starts the pages and answers the map's own requests."""

import asyncio
import os
import socket
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from threading import Thread

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config

from geo.library.retention import keep_sweeping
from layers.known import known
from layers.routes import routes, warm
from layers.viewer_cookie import ViewerCookie

WARM_S = 30  # how long the end of the app may wait for its beginning
MOST_FILES = 256  # open files that are looked through; the listening socket is among the first


def answer_at_once() -> None:
    """Let the body of an answer not wait until the reader has acknowledged its headers.

    asyncio switches that wait (Nagle's algorithm) off for sockets that say they are TCP; the listening socket that
    Streamlit makes does not say so, and each answer on a kept connection came 40 ms late. Connections inherit the
    setting from the socket that they come in at.
    """
    for number in range(MOST_FILES):
        with suppress(OSError):  # no such file, or a socket of another kind
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                with socket.socket(fileno=os.dup(number)) as found:
                    if found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Prepare the default map beside the start, so that the first visitor does not wait for it; sweep once a day."""
    answer_at_once()
    warming = Thread(target=warm, name="warm", daemon=True)
    warming.start()
    keep_sweeping()
    yield
    # A thread that is cut off while Arrow converts a table leaves Arrow waiting for it at the process's end, for ever.
    await asyncio.to_thread(warming.join, WARM_S)


base = str(config.get_option("server.baseUrlPath") or "").strip("/")
base = f"/{base}" if base else ""
app = st.App(
    "pages/shell.py",
    routes=routes(known(), base),
    middleware=[Middleware(ViewerCookie, base=base)],
    lifespan=lifespan,
)
