"""What the application costs, against the usual way of doing the same: ``python -m bench``."""
