"""What people meet: the command line and the web app. The only importers of Typer, Streamlit and uvicorn."""
