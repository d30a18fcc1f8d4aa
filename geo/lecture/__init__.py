"""From files to checked frames."""
