"""From a table of text to checked sales lines: recognise the columns, read dates and numbers, check every line."""
