"""Each frame's explore() into one folium map, shown with st_folium."""

import streamlit as st
from streamlit_folium import st_folium

from tests.bench.bare_map import bare_map
from tests.bench.plain_layers import frames

st.set_page_config(layout="wide")
is_filtered = st.toggle("High confidence only", key="filtered")
drawn = bare_map()
for frame in frames(is_filtered=is_filtered, has_base="base" in st.query_params):
    drawn = frame.explore(m=drawn)
st_folium(drawn, key="map", height=700, use_container_width=True, returned_objects=[])
