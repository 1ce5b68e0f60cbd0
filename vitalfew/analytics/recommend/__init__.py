"""What is due for an account, and what is new to it."""
