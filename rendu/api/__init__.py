"""What the API says: its resources, its parameters, how each is written, and the document that describes it."""
