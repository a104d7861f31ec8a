"""Quality Improvement Projects: registered, edited until submission, then judged."""
