"""From checked lines to the ledger: a file understood, compared with what is there, accepted, reported, undone."""
