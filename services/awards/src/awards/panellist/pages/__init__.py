"""A panellist's own pages, for a phone or a tablet on the day.

Nothing here is given a project that the panellist must not see: the list, its sorting, its search
and its files are all made from `Panel.visible_to`, and a recused project reads like none at all.
"""
