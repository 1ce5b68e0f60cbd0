"""Who is like the best accounts."""
