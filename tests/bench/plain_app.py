"""The second baseline: the same layers as ours, drawn the way the geopandas and streamlit-folium manuals show."""

from pathlib import Path

import streamlit as st

from tests.bench.bare_map import LEAFLET

app = st.App(Path(__file__).with_name("plain_page.py"), routes=[LEAFLET])
