"""What is on a map as data, with its looks and its sources."""
