"""The steps from one schema to the next; `Database.migrate` takes them."""
