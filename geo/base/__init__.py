"""Where what is written down together is kept: a file of SQLite, or the PostgreSQL of several servers."""
