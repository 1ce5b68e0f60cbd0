"""What an order and an account are worth."""
