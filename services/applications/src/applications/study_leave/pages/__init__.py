"""Study leave as the Fellow and the office see it."""
