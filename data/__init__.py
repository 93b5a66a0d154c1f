"""Foundations: taxonomy, corpus, splits, text normalisation and the error tree. Imports nothing of ours."""
