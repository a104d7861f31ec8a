"""Files: taken in, fetched, inspected in a sandbox, scanned, kept."""
