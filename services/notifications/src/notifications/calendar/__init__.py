"""Calendar invitations: what people's calendars should hold against what they were sent."""
