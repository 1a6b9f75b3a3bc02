"""A programme as a whole, for its manager: codes, releases and the report, and nothing of a single person or pair."""
