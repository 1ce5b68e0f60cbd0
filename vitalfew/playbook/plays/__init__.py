"""Plays: what a key account manager does in a situation, one file each, and which of them fit."""
