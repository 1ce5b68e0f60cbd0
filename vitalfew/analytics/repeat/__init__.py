"""When and how often customers order again."""
