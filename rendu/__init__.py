"""What is said, coloured and drawn: words, signs, files that leave. No screen."""
