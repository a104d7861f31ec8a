"""Files from outside: looked at in a sandbox, and scanned. What becomes of them is not here."""
