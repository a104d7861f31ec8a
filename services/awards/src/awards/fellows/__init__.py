"""What is heard: who the Fellows are, how they stand, and what became of our emails."""
