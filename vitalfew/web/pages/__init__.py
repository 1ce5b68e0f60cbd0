"""The pages: one module a step; each function parses, makes one call that writes or decides, and draws."""
