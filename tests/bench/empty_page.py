"""A page that does nothing but show an empty map."""

import streamlit as st
from streamlit_folium import st_folium

from tests.bench.bare_map import bare_map

st.set_page_config(layout="wide")
st_folium(bare_map(), key="map", height=700, use_container_width=True, returned_objects=[])
