"""The door: one ASGI server that starts the pages and answers the map's own requests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Thread

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config

from layers.known import known
from layers.routes import routes, warm
from layers.viewer_cookie import ViewerCookie


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Prepare the default map beside the start, so that the first visitor does not wait for it."""
    Thread(target=warm, name="warm", daemon=True).start()
    yield


base = str(config.get_option("server.baseUrlPath") or "").strip("/")
base = f"/{base}" if base else ""
app = st.App(
    "pages/shell.py",
    routes=routes(known(), base),
    middleware=[Middleware(ViewerCookie, base=base)],
    lifespan=lifespan,
)
