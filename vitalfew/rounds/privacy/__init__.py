"""What is held on a person, over all steps: told on request, erased on request."""
