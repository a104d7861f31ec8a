"""A panellist's own side: the projects they may see, and their sheets."""
