"""What was done to the tables of PostgreSQL, in order: one module each, which never changes once it has served."""
