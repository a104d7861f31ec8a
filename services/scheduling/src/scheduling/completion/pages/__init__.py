"""How the rules of completion are shown: on a Fellow's own page and on the office's."""
