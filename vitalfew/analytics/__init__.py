"""Arithmetic only: arrays and tables in, numbers out. Knows no Django, no files and no clock; usable from a notebook.

One room for each question; `from vitalfew.analytics import repeat, lift` brings a room, and a room's names are all it
promises: `features` (a ledger as account features), `repeat` (when and how often they order), `value` (what an order
and an account are worth), `concentration` (how much hangs on few), `standing` (who is vital, with luck in view),
`price` (what they pay and how they respond), `recommend` (what is due and what is new to them), `lookalike` (who is
like the best), `level` (how they see us), `lift` (whether it worked).
"""
