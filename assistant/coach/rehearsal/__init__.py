"""A rehearsal: the mentor says it to a simulated senior before saying it to the real one, and looks back at it."""
