"""The commands of `catchall` that are more than a few lines; `cli.py` is the front door."""
