"""What the programme office sees and does."""
