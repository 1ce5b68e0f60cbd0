"""One consistent moment of an installation as one file, and the way back from it."""
