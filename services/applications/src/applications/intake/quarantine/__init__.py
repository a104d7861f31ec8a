"""What arrived and could not be read: kept for a person, corrected, tried again."""
