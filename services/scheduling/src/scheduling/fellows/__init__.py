"""Who is a Fellow and what is on their record; under every other folder of this service."""
