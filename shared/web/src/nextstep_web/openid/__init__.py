"""Sign-in of staff with the account of their organisation, by OpenID Connect."""
