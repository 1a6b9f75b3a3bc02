"""Deterministic scorers; no model judges anything here."""
