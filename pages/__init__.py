"""The Streamlit pages: widgets in, pictures out."""
