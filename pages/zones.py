"""The profile of one zone."""

import streamlit as st

from geo.names import name_of
from pages import reads

view = reads.view()
st.title(name_of(view.zone, view.lang) if view.zone else "")
