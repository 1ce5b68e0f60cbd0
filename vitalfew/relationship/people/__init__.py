"""Who our people at the account are: contacts, their positions and parts, who knows whom, what is thin."""
