"""What a person sees of the emails that were sent to them."""
