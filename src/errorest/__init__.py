"""Neural-network classification for tables, open at every step."""
