"""What a layer looks like and how it is drawn. Imports no Streamlit."""
