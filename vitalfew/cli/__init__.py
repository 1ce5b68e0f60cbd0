"""The command line: one module per step, each command parses, makes one call, and prints."""
