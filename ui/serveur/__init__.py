"""The server around the pages: who may ask, what may be written, and with which headers it answers."""
