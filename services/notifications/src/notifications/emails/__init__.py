"""Every email of the programme, a folder each, and how an email is declared and written.

A package in this folder is an email. It holds `EMAIL` (the event that causes it, the people who get
it, its facts, when it is not sent, its links, its name for the office, a sample) and beside it the
words: `email.mjml`, which is compiled into `email.html.j2`, and `email.txt.j2`.
"""
