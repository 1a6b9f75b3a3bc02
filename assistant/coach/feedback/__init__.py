"""Upward feedback: what a junior would like to tell a senior, read against the craft and put in words that carry it."""
