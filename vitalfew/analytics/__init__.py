"""Arithmetic only: arrays in, numbers out. Knows no Django, no files and no clock; usable from a notebook."""
