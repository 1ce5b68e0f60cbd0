"""How customers see us: one trait behind answers and behaviour, four levels."""
