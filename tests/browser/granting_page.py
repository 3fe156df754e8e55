"""A page that says which browser it knows, and grants it a layer."""

import streamlit as st

from geo import grants
from geo.viewer import LOCAL
from pages import reads

st.text(f"cookie={reads.cookie()}")
st.text(f"grant={grants.segment('TLP:AMBER', 'amber', LOCAL, reads.cookie())}")
st.button("Again")
