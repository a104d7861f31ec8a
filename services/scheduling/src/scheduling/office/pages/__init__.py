"""The start page, the lists of sessions and Fellows, and the page of each."""
