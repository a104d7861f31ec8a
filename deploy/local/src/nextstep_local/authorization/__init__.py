"""Who may do what, proved: a table of every route, held against the running applications.

A table says for each route who is answered what about which thing. Reading the routes from the
application itself makes sure that none is forgotten; asking every route as everybody makes sure
that the table is true.
"""
