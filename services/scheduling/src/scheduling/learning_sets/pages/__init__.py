"""The page of the learning sets, before and after they are allocated."""
