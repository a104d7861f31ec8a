"""The list of applications: filters, kept views, changes to many at once."""
