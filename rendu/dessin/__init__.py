"""Maps as vectors: what they show, how it is laid out, drawn and named, and their pictures."""
