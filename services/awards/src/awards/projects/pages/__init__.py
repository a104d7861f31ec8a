"""The form about a project, what the office does on behalf of its authors, and posters."""
