"""What is new, gone or revised since a release or a day: found, said, and put on sheets and slides."""
