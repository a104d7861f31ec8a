"""A simulated programme year, played through pages and webhook as people and the form do."""
