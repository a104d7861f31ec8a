"""Use cases: load, decide by a rule, save and publish, all in the caller's transaction."""
