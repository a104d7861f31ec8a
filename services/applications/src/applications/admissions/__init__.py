"""What an application is, how it stands, and who gets a place: rules, with no page."""
