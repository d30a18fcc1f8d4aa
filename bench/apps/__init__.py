"""Pages that the application is compared with."""
