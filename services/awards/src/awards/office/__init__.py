"""The office's overview: what waits, every project with all about it, and the audit trail."""
