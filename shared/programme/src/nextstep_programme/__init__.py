"""The cohort definition: a YAML file a year, and the loader that checks it."""
