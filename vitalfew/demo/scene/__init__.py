"""The scene: the time window, chance, words, kinds of customer and wares that the invented firm is made of."""
