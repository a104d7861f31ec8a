"""What the programme office looks at across the whole service: sessions, Fellows, what waits."""
