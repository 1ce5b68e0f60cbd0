"""What accounts pay beside others, and how they respond to price."""
