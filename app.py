"""The door: one ASGI server that starts the pages and answers the map's own requests."""

import streamlit as st
from streamlit import config

from layers.known import known
from layers.routes import routes

base = str(config.get_option("server.baseUrlPath") or "").strip("/")
app = st.App("pages/shell.py", routes=routes(known(), f"/{base}" if base else ""))
