"""What the demo wholesaler sells: categories of catering and hospitality supplies, and the words their items are named by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Category:
    """One product category.

    `price` is the middle list price in pence, `margin` the share of list price above cost, `months` the demand
    factor of January to December, `breaks` the quantities from which 5 and 10 % come off (in whole packs),
    `reviews` the months of the year in which list prices are reviewed.
    """

    name: str
    code: str
    price: int
    margin: float
    months: tuple[float, ...]
    breaks: tuple[int, int]
    reviews: tuple[int, int]
    makes: tuple[str, ...]
    things: tuple[str, ...]
    packs: tuple[str, ...]


FLAT = (1.0,) * 12
SUMMER = (0.75, 0.75, 0.85, 0.95, 1.10, 1.30, 1.40, 1.35, 1.05, 0.90, 0.80, 0.80)
FESTIVE = (0.70, 0.80, 0.85, 0.90, 0.95, 1.00, 0.95, 0.95, 1.05, 1.20, 1.45, 1.20)
TERM = (1.10, 1.00, 1.05, 0.90, 1.00, 0.95, 0.60, 0.75, 1.40, 1.15, 1.05, 1.05)
WINTER = (1.25, 1.15, 1.05, 0.95, 0.85, 0.80, 0.80, 0.85, 0.95, 1.10, 1.15, 1.10)

CATEGORIES = (
    Category("Disposables", "DSP", 1450, 0.28, SUMMER, (10, 40), (4, 10), ("Birchwood", "Kraft", "Bagasse", "White", "Clear", "Recycled"), ("Plate 23 cm", "Bowl 500 ml", "Fork", "Napkin 33 cm", "Straw", "Cup 340 ml", "Lid", "Tray", "Apron"), ("pack of 50", "pack of 100", "case of 500", "case of 1000")),
    Category("Cleaning & Hygiene", "CLN", 1250, 0.35, TERM, (6, 24), (1, 7), ("Lemon", "Pine", "Unscented", "Heavy Duty", "Eco", "Foaming"), ("Washing-up Liquid", "Floor Cleaner", "Sanitiser", "Descaler", "Hand Soap", "Oven Cleaner", "Blue Roll", "Mop Head", "Scouring Pad"), ("1 l", "5 l", "6 × 750 ml", "pack of 10")),
    Category("Tableware", "TBL", 3200, 0.42, FLAT, (6, 24), (3, 9), ("Porcelain", "Stoneware", "Melamine", "Speckled", "Ivory", "Slate Grey"), ("Dinner Plate 27 cm", "Side Plate 17 cm", "Pasta Bowl", "Sauce Boat", "Sugar Bowl", "Teapot", "Saucer", "Platter", "Ramekin"), ("box of 6", "box of 12", "box of 24")),
    Category("Glassware", "GLS", 2600, 0.40, FESTIVE, (6, 24), (2, 9), ("Toughened", "Crystalline", "Stacking", "Classic", "Tall", "Fluted"), ("Pint Glass", "Wine Glass 350 ml", "Tumbler", "Champagne Flute", "Shot Glass", "Carafe 1 l", "Beer Mug", "Gin Balloon", "Water Jug"), ("box of 6", "box of 12", "box of 24", "box of 48")),
    Category("Kitchen Utensils", "UTN", 950, 0.45, FLAT, (5, 20), (1, 6), ("Steel", "Silicone", "Oak Handled", "Nylon", "Black", "Colour Coded"), ("Ladle", "Whisk 30 cm", "Tongs", "Paring Knife", "Chef's Knife 25 cm", "Peeler", "Chopping Board", "Spatula", "Skimmer"), ("each", "pack of 2", "pack of 6")),
    Category("Cookware", "CKW", 4200, 0.38, FLAT, (4, 12), (5, 11), ("Aluminium", "Stainless", "Cast Iron", "Non-stick", "Copper Base", "Blue Steel"), ("Frying Pan 28 cm", "Saucepan 3 l", "Stockpot 12 l", "Roasting Tin", "Gastronorm 1/1", "Gastronorm 1/3", "Casserole", "Sauté Pan", "Baking Sheet"), ("each", "pack of 2", "pack of 5")),
    Category("Linen", "LIN", 3800, 0.44, SUMMER, (5, 20), (3, 8), ("Cotton", "Polycotton", "Linen Weave", "Striped", "White", "Charcoal"), ("Tablecloth 130 cm", "Napkin 50 cm", "Tea Towel", "Bath Towel", "Oven Cloth", "Glass Cloth", "Bath Mat", "Pillowcase", "Table Runner"), ("each", "pack of 5", "pack of 10")),
    Category("Staff Clothing", "CLO", 2200, 0.46, TERM, (5, 15), (2, 8), ("Black", "White", "Denim", "Navy", "Burgundy", "Chequered"), ("Chef Jacket", "Bib Apron", "Waist Apron", "Chef Trousers", "Skull Cap", "Neckerchief", "Polo Shirt", "Kitchen Clogs", "Waistcoat"), ("small", "medium", "large", "extra large")),
    Category("Takeaway Packaging", "PKG", 2400, 0.26, SUMMER, (10, 40), (4, 10), ("Kraft", "Window", "Leakproof", "Compostable", "Ribbed", "Printed"), ("Coffee Cup 230 ml", "Coffee Cup 340 ml", "Burger Box", "Soup Pot", "Salad Box", "Paper Bag", "Pizza Box 30 cm", "Chip Scoop", "Cup Carrier"), ("pack of 50", "case of 250", "case of 500")),
    Category("Hot Drinks & Dry Goods", "DRY", 1800, 0.24, WINTER, (6, 24), (1, 7), ("House", "Single Estate", "Decaffeinated", "Fairly Traded", "Organic", "Catering"), ("Coffee Beans", "Filter Coffee", "Breakfast Tea", "Hot Chocolate", "Sugar Sticks", "Biscuits", "Long Grain Rice", "Plain Flour", "Herbal Tea"), ("500 g", "1 kg", "6 × 1 kg", "box of 250")),
)  # fmt: skip
CHARGES = (("FREIGHT", "Carriage"), ("PALLET", "Pallet deposit"), ("BANKCHG", "Bank charge"))
ITEMS_PER_CATEGORY = 48
