"""Running the service: request ids, logs, metrics, headers, rate limits, health, documents, backups."""
