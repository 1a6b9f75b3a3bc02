"""Brings documents into the guide: find files, read them safely, cut them into passages, index them.

`load` finds and reads, `parser_child` reads in a process with limits, `split` cuts. Nothing here answers a
question or draws a screen, and importing this package loads no model.
"""
