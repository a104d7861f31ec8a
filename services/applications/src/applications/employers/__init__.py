"""Where people work: the office's list of employers, and which of them people mean."""
