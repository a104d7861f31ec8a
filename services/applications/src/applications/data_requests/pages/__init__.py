"""Pages of the register, for the office alone."""
