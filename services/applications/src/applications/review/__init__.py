"""Rules of a reviewed selection: pure functions on plain data, without clock or database.

`method` reads the score sheet from the cohort file, `sheets` are what reviewers write, `conflicts`
hide applications from reviewers, `sight` says what each may see, `ranking` compares, `dealing`
shares the work out, `drafts` prepare decisions.
"""
