"""Opens any file a firm may hand over as blocks of text cells with row numbers, or refuses with one sentence."""
