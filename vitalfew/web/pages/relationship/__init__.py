"""The pages of the relationship: people, survey waves, the level of an account with its reasons, the ladder."""
