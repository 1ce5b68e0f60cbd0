"""Playbook: what does their stage call for?"""
