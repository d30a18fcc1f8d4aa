"""French: numbers, dates, qualifiers, sentences."""
