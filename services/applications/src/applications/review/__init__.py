"""A reviewed selection: sheets are scored, applications compared, decisions staged and made.

The rules are pure: `method` reads the score sheet from the cohort file, `sheets` are what
reviewers write, `conflicts` hide applications from reviewers, `blindness` says what each may see,
`ranking` compares, `dealing` shares the work out, `staged_decisions` prepares decisions.
"""
