"""Action learning sets: how many are feasible, the deal, swaps, who is in which, their meetings."""
