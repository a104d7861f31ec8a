"""The embedded stack, the test fixtures that run on it, and the demo. Development only."""
