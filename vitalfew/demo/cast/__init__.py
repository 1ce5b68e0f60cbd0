"""The cast: customers, prospects and products of the invented firm, what is true of them, and what they answer when asked."""
