"""explore() of some made polygons into one folium map, shown with st_folium."""

import geopandas as gpd
import streamlit as st
from streamlit_folium import st_folium

from tests.bench.bare_map import bare_map
from tests.made_layers import polygons

SHAPES = 5000


@st.cache_resource
def some() -> gpd.GeoDataFrame:
    """Return the first of the 235,000 polygons, from all their clusters; making them is not what is measured."""
    return polygons().head(SHAPES)


st.set_page_config(layout="wide")
st_folium(some().explore(m=bare_map()), key="map", height=700, use_container_width=True, returned_objects=[])
