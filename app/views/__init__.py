"""One module a page, each with a `render()` that `app.navigation` hands to Streamlit.

The folder must not be called `pages`: Streamlit takes a folder of that name beside its script for pages of its own,
and runs them without the frame when the first visitor of a process opens one directly.
"""
