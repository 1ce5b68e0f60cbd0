"""What runs over all steps: refresh, the clock, the folder that is looked into."""
