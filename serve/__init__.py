"""The API: parse, bound, classify, answer. Imports model and data, never torch."""
