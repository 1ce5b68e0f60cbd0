"""The REST API: one module per step, each route parses, makes one call, and answers JSON."""
