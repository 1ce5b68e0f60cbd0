"""The word lists that all invented names are built from; no name in them belongs to anybody."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PLACE_STARTS = _words(
    "Alder Amber Ash Barrow Birk Bram Brook Calder Castle Copper Cran Dun Elder Fair Fern Gold Grey Hart Hazel Heath "
    "Holm Kings Lark Lime Long Marsh Mill Moor North Oaken Otter Pem Raven Rush Sand Silver South Thorn Wen Win"
)
PLACE_ENDS = _words(
    "bourne bridge bury by combe dale field ford gate ham haven holt hurst ley mere mouth port stead ton wick"
)
ADJECTIVES = _words(
    "Amber Autumn Blue Brass Bright Copper Crimson Early Emerald Evening Fair Garden Gilded Golden Green Hidden Honest Ivory "
    "Little Merry Morning Northern Old Open Painted Quiet Red Royal Salt Scarlet Silver Southern Stone Summer Velvet White Wild Winter"
)
NOUNS = _words(
    "Acorn Anchor Badger Barrel Beacon Bell Candle Clover Compass Crane Falcon Fern Finch Fox Garden Hare Harbour Heron Hound Ivy "
    "Kettle Ladle Lantern Larder Linden Magpie Maple Meadow Orchard Otter Oven Pear Plough Quay Rose Sparrow Spoon Swan Table Thistle Wheel Willow"
)
SURNAMES = _words(
    "Adeyemi Aldous Arkwell Banerjee Barlowe Bexley Birchall Boateng Brandreth Calloway Chaudry Corrigan Cotterell Dabrowski Daventry Delacourt "
    "Ekholm Fairclough Farrow Fenwick Garside Grantley Hadfield Halloran Hargrove Iqbal Jessop Kavanaugh Kellaway Kowal Lathom Lindqvist Lockyer "
    "Maddocks Marchetti Mehta Nakamura Norcott Okafor Orwin Pascoe Pemberley Quill Radcliffe Rahman Rosewarne Selwyn Sorensen Tamworth Thackray "
    "Ullman Vasquez Venning Wakelin Wardle Whitcombe Yardley Zielinski"
)
FORENAMES = _words(
    "Aaron Aisha Alice Amir Anna Ben Carys Chloe Daniel Deepa Elena Ewan Fatima Fiona George Grace Hannah Harvey Imogen Isaac Jasmine Joel "
    "Karim Katy Leah Liam Maya Megan Nadia Nathan Oliver Priya Rachel Rhys Rosa Sam Sofia Tariq Theo Tomasz Vera Wendy Yusuf Zara"
)
ENDINGS = {
    "Hotel": ("Hotel", "House Hotel", "Inn & Rooms", "Lodge", "Spa Hotel"),
    "Restaurant": ("Restaurant", "Kitchen", "Dining Rooms", "Bistro", "Grill"),
    "Café": ("Café", "Coffee House", "Tea Rooms", "Bakery Café", "Espresso Bar"),
    "Pub & Bar": ("Arms", "Tavern", "Taproom", "Inn", "Wine Bar"),
    "Care Home": ("Care Home", "Court Care", "Nursing Home", "Lodge Care", "Residential Home"),
    "School & College": ("School", "Academy", "College", "Primary School", "Sixth Form"),
    "Contract Caterer": ("Catering", "Contract Catering", "Food Services", "Staff Kitchens", "Caterers"),
    "Event Venue": ("Events", "Hall", "Conference Centre", "Weddings", "Pavilion"),
    "Hospital": ("Hospital", "Clinic", "Infirmary", "Community Hospital", "Health Centre"),
    "Workplace": ("Offices", "Works Canteen", "Business Park", "Studios", "Logistics"),
}
GROUP_ENDINGS = ("Group", "Hospitality Group", "Holdings", "Collection", "Partnership")
