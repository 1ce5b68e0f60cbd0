"""Step 2, selection: which customers are key, and who leads them?"""
