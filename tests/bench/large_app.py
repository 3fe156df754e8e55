"""The baseline for large layers: a Streamlit app that pastes 5,000 of the made polygons into its map."""

from pathlib import Path

import streamlit as st

from tests.bench.bare_map import LEAFLET

app = st.App(Path(__file__).with_name("large_page.py"), routes=[LEAFLET])
