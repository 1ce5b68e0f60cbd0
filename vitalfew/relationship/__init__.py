"""Relationship: how do they see us?"""
