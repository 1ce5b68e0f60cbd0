"""Pages over all steps, read only."""
