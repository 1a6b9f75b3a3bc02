"""Session notes and transcripts: which of the ten coaching mistakes they show."""
