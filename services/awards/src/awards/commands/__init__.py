"""Use cases: load, decide by the rules, save, publish. Each runs in one transaction."""
