"""Email and calendar invitations for everybody in the programme."""
