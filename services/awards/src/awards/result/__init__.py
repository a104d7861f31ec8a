"""The result: the ranking, a tie across the last bursary, and the decision on bursaries."""
