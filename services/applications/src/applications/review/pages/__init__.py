"""The pages of reviewers, and of the office about reviews."""
