"""Step 1, the ledger: what did each customer buy?"""
