"""The first baseline: a Streamlit app with one empty map, served like ours."""

from pathlib import Path

import streamlit as st

from tests.bench.bare_map import LEAFLET

app = st.App(Path(__file__).with_name("empty_page.py"), routes=[LEAFLET])
