"""What a Fellow sees: one page of their own."""
