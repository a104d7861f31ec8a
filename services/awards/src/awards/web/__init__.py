"""What every page needs: who may open it, a way to act, and the office's frame around it."""
