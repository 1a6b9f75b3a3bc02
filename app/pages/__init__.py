"""One module a page, each with a `render()` that `app.shell` hands to Streamlit's navigation."""
