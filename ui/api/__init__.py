"""The API of the server: who may ask, how often, at which address, and what is kept of the answers."""
