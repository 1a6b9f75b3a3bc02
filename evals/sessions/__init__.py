"""Browser sessions without a browser: many people at once on a served app, for the benchmark and for tests.

`wire` speaks Streamlit's messages, `tab` is one open page, `browser` its cookies and plain requests, `people` makes
accounts to sign in with, `crowd` has many of them look at pages and measures it. They keep every byte that arrives.
Nothing here knows what a page ought to show.
"""
