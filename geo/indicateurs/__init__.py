"""What is measured of a territory, and how it compares."""
