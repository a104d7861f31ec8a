"""The register of a session, for whoever takes it and as a table."""
