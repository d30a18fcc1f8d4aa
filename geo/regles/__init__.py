"""The rules of the domain: who is covered, what is doubtful, what overlaps."""
