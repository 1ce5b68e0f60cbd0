"""Signing in with allauth's pipeline: passwords, second factors, resets, sessions, limits, and what the trail keeps of each."""
