"""The retrieval-backed guide: its records, its index, its search, and the checking of citations."""
