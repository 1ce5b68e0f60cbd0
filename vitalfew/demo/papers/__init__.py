"""The papers: what the invented firm would hand over, with its oddities, and the truth beside it."""
