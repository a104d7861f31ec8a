"""Time: the injected clock, and moments at which something is to be done."""
