"""Leave for the programme dates: declared, missing, reminded of, evidenced."""
