"""Routes of the relationship, one module per noun: contacts, evidence, survey, and the files that bring in either."""
