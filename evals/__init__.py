"""Evaluations and the benchmark: what the coach does, measured on questions that nobody tuned it on.

Stands on `ingest` and `assistant`; the product never imports it. `python -m evals` runs the suites, `evals.bench` the
benchmark, `evals.calibrate` fits the two calibrated decisions, `evals.tuning` tries search parameters.
"""
