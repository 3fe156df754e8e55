"""A layer on its way in: the draft on disk, the jobs that check and store it, what its person has said so far."""
