"""Webhooks: an organisation is told of determinations and questions, signed, at least once."""
