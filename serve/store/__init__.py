"""Where the service keeps what it must not lose: every SQL statement lives here."""
