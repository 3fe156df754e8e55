"""Geography, measures and records of Fronteras. Imports no Streamlit, folium or plotly."""
