"""The names a demo store is told with: customers, the people in them, and our own operators. All are invented."""

from __future__ import annotations

from dataclasses import dataclass

from store.rules.roles import Actor, Role


@dataclass(frozen=True, slots=True)
class Company:
    """A customer as the demo introduces it; `share` says how many of the tokens it holds, next to the others."""

    id: str
    name: str
    plan: str
    share: float


COMPANIES = (
    Company("acme", "Acme Tools", "enterprise", 5.0),
    Company("bolt", "Bolt Logistics", "business", 3.0),
    Company("crux", "Crux Analytics", "enterprise", 3.0),
    Company("delta", "Delta Foods", "business", 2.0),
    Company("harbor", "Harbor & Finch", "enterprise", 4.0),
    Company("northgate", "Northgate Outfitters", "enterprise", 6.0),
    Company("meridian", "Meridian Health Supply", "enterprise", 4.0),
    Company("copperline", "Copperline Coffee Roasters", "business", 1.4),
    Company("bluefen", "Bluefen Energy", "enterprise", 2.2),
    Company("larkspur", "Larkspur Books", "starter", 0.7),
    Company("tessera", "Tessera Robotics", "enterprise", 2.4),
    Company("oakvale", "Oakvale Farms", "starter", 0.6),
    Company("pinnacle", "Pinnacle Cycles", "business", 1.2),
    Company("quayside", "Quayside Hotels", "business", 1.5),
    Company("redwood", "Redwood Furniture", "business", 1.0),
    Company("saffron", "Saffron Kitchens", "starter", 0.6),
    Company("tidewater", "Tidewater Shipping", "enterprise", 2.8),
    Company("umbral", "Umbral [bold]Games[/]", "business", 0.9),
    Company("vantage", "Vantage Insurance", "enterprise", 2.1),
    Company("willow", "Willow & Daughters", "starter", 0.4),
    Company("xenia", "Xenia Travel", "business", 1.1),
    Company("yarrow", "Yarrow Pharma", "enterprise", 1.8),
    Company("zephyr", "Zephyr Air Parts", "business", 1.3),
    Company("amberley", "Amberley School Supplies", "starter", 0.5),
    Company("brightwater", "Brightwater Utilities", "enterprise", 2.0),
    Company("cinder", "Cinder Forge", "starter", 0.4),
    Company("dovetail", "Dovetail Joinery", "starter", 0.5),
    Company("eastmere", "Eastmere Bank", "enterprise", 2.6),
    Company("foxglove", "Foxglove Cosmetics", "business", 0.9),
    Company("granite", "Granite Mutual", "enterprise", 1.6),
    Company("hollow", "Hollow Hill Brewery", "starter", 0.5),
    Company("isobar", "Isobar Weather", "business", 0.8),
    Company("juniper", "Juniper Toys", "business", 0.9),
    Company("kestrel", "Kestrel Drones", "business", 1.1),
    Company("lumen", "Lumen 光 Studio", "starter", 0.4),
    Company("mossbank", "Mossbank Garden Centre", "starter", 0.5),
)

FRONTS = (
    "Alder", "Amber", "Anchor", "Aspen", "Beacon", "Birch", "Briar", "Canyon", "Cedar", "Clover", "Coral", "Crescent", "Dawn",
    "Drift", "Ember", "Falcon", "Fern", "Garnet", "Glacier", "Hazel", "Heron", "Indigo", "Ivory", "Jasper", "Juno", "Lagoon",
    "Linden", "Maple", "Marble", "Meadow", "Mistral", "Nimbus", "Nova", "Onyx", "Opal", "Orchard", "Osprey", "Pebble", "Poplar",
    "Prairie", "Quartz", "Raven", "River", "Rowan", "Sable", "Sierra", "Slate", "Sparrow", "Sterling", "Summit", "Thistle",
    "Timber", "Topaz", "Tundra", "Valley", "Velvet", "Walnut", "Wren", "Yonder", "Zenith",
)  # fmt: skip
TRADES = (
    "Apparel", "Audio", "Bakery", "Bikes", "Boats", "Cargo", "Chemicals", "Clinics", "Clothing", "Components", "Dairy", "Data",
    "Dental", "Design", "Electric", "Farms", "Fisheries", "Fitness", "Flooring", "Freight", "Glass", "Grocers", "Hardware",
    "Homes", "Hotels", "Imports", "Instruments", "Interiors", "Jewellery", "Labs", "Leather", "Lighting", "Machines", "Media",
    "Metals", "Mobility", "Motors", "Networks", "Optics", "Outdoor", "Packaging", "Paper", "Parts", "Payments", "Pets",
    "Plastics", "Power", "Press", "Rail", "Retail", "Robotics", "Security", "Software", "Solar", "Sports", "Stores", "Systems",
    "Textiles", "Timber", "Tools",
)  # fmt: skip
FORMS = ("", "Group", "GmbH", "Ltd", "& Sons", "Oy", "SARL", "Collective")
PLANS = ("starter", "starter", "business", "business", "enterprise")

FIRST_NAMES = (
    "Ada", "Amir", "Anna", "Bea", "Ben", "Chen", "Cleo", "Dara", "Dev", "Eli", "Emma", "Femi", "Finn", "Gita", "Hana", "Hugo",
    "Ines", "Ivan", "Jana", "Joel", "Kai", "Kira", "Lars", "Leila", "Luca", "Maja", "Malik", "Mona", "Nina", "Noor", "Olga",
    "Omar", "Paul", "Petra", "Quinn", "Rania", "Remy", "Rosa", "Sana", "Sven", "Tara", "Theo", "Uma", "Vera", "Viktor", "Wanda",
    "Yara", "Zane",
)  # fmt: skip
LAST_NAMES = (
    "Abara", "Almeida", "Baptiste", "Berg", "Costa", "Dahl", "Duarte", "Eriksen", "Farkas", "Ferrari", "Fischer", "Gomez",
    "Haddad", "Hansen", "Ito", "Jensen", "Kaur", "Keller", "Kovac", "Laine", "Lindqvist", "Mbeki", "Moreau", "Nakamura",
    "Novak", "Okafor", "Olsen", "Park", "Patel", "Popescu", "Quist", "Rossi", "Sato", "Silva", "Singh", "Sorensen", "Tanaka",
    "Urbano", "Vargas", "Visser", "Weber", "Wolff", "Yilmaz", "Zhang",
)  # fmt: skip


def _operator(name: str, role: Role, host: str, peer: str) -> Actor:
    return Actor(name, role, "passphrase", host, peer)


STAFF = {
    actor.name: actor
    for actor in (
        _operator("priya", Role.SECURITY, "bastion-1", "198.51.100.21"),
        _operator("marco", Role.ON_CALL, "bastion-2", "198.51.100.34"),
        _operator("dana", Role.SUPPORT, "desk-14", "198.51.100.52"),
        _operator("tomas", Role.SUPPORT, "desk-09", "198.51.100.57"),
        _operator("ingrid", Role.ADMIN, "bastion-1", "198.51.100.20"),
        Actor("customer portal", Role.SUPPORT, "service"),
        Actor("import", Role.ADMIN, "service"),
    )
}
"""Who acts in the demo's log, by name. They are no operators of the store: whoever opens it is its local admin."""
