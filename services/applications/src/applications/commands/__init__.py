"""Use cases. Each works on a `Desk`: load, decide by the rules, put back; one transaction each."""
