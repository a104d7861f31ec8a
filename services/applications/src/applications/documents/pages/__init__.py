"""One document, and sending one."""
