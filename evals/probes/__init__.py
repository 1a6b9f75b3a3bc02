"""What `evals.bench` runs in processes of their own, so that one measurement never warms another.

Each module is a small program that prints one JSON object. `tutorial` is the pipeline of LangChain's own tutorial;
`product` and `coach` are ours.
"""
