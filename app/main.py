"""The script that Streamlit runs for every session; `app.server` names it, `app.shell` does the work."""

from app.shell import run

run()
