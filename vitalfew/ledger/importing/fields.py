"""What a column can mean, and the names such columns go by in the usual exports, the surest first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

SALES = (
    "invoice", "customer", "date", "item", "description", "quantity", "unit_price", "amount", "currency",
    "cost", "list_price", "category", "country", "parent", "salesperson", "customer_name",
)  # fmt: skip
CUSTOMERS = (
    "customer",
    "customer_name",
    "parent",
    "kind",
    "country",
    "town",
    "industry",
    "size",
    "alias",
    "salesperson",
)
RATES = ("date", "from", "to", "rate")
NUMBERS = ("quantity", "unit_price", "amount", "cost", "list_price")

# One line a field: names in English, German, French and Spanish as ledgers, shops and ERP systems write them.
_NAMES = {
    "invoice": """invoice no|invoice number|invoice|invoice id|invoiceno|inv no|inv|invoice num|document no|document number
        |document|doc no|voucher no|voucher number|voucher|bill no|bill number|order no|order number|order id|sales order
        |transaction id|transaction number|transaction no|receipt no|receipt|belegnummer|belegnr|rechnungsnummer|rechnungsnr
        |rechnung|rechnung nr|faktura|fakturanummer|auftragsnummer|numero facture|no facture|facture|n facture|num facture
        |piece|numero de factura|no factura|factura|num factura|billing document|billing doc|rechnungs nr|beleg nr|number|num|name number""",
    "customer": """customer id|customer no|customer number|customer code|customer|customerid|cust id|cust no|cust|client id
        |client no|client code|client number|account no|account number|account id|account code|debtor|debtor no
        |debtor code|sell to customer no|sold to party|sold to|bill to customer no|bill to|partner id|partner|account ref
        |account reference|kd nr|kdnr|kunden no|buyer|buyer id|store number|store no|store id|kundennummer|kundennr|kunden nr
        |kunde|debitor|debitorennummer|code client|no client|numero client|client|codigo cliente|cod cliente|cliente
        |id cliente|account|company id|user id|id""",
    "customer_name": """customer name|client name|account name|company name|company|debtor name|store name|sold to name
        |sell to customer name|name of sold to party|sold to party name|bill to customer name|contact name
        |kundenname|name kunde|firma|nom client|nom du client|raison sociale|nombre cliente|nombre del cliente
        |razon social|name""",
    "date": """invoice date|invoicedate|document date|doc date|posting date|billing date|transaction date|sales date|sale date
        |order date|date|day|bill date|voucher date|ship date|delivery date|rechnungsdatum|belegdatum|buchungsdatum|datum
        |rechnung datum|faktura datum|auftragsdatum|date facture|date de facture|date piece|fecha factura|fecha de factura
        |fecha|week|period""",
    "item": """stock code|stockcode|item no|item number|item code|item id|item|sku|product code|product no|product number
        |product id|material|material number|material no|article|article no|article number|article code|part no
        |part number|ean|product|inventory item code|lineitem sku|art nr|art no|artnr|artikelnummer|artikelnr|artikel nr|artikel|materialnummer|reference|ref article
        |code article|codigo articulo|articulo|referencia|cod articulo|producto""",
    "description": """description|item description|product name|item name|product description|material description
        |article description|bezeichnung|artikelbezeichnung|lineitem name|memo description|memo|beschreibung|designation|libelle|descripcion|concepto""",
    "quantity": """quantity|qty|qty sold|quantity sold|invoiced qty|invoiced quantity|billed qty|billed quantity|units|units sold
        |bottles sold|lineitem quantity|pieces|pcs|volume|menge|anzahl|stueck|stuck|quantite|qte|cantidad|unidades|cant""",
    "unit_price": """unit price|unitprice|price|price each|sales price|selling price|net price|price per unit|unit amount|lineitem price|unit price ht|rate|price unit
        |einzelpreis|preis|stueckpreis|stuckpreis|verkaufspreis|ep|e preis|einzelpreis netto|prix unitaire|prix unitaire ht|pu|pu ht|prix ht|prix|precio unitario|precio""",
    "amount": """net amount|line amount|amount|line total|net sales|sales amount|net value|net total|extended price|ext price
        |extended amount|revenue|turnover|sales|total|line net|subtotal|sales dollars|sale dollars|value|nettobetrag
        |positionsbetrag|betrag|umsatz|gesamtpreis|netto|nettowert|summe|montant ht|montant|total ht|ca|chiffre d affaires
        |importe|importe neto|importe linea|total linea|base imponible""",
    "currency": "currency|currency code|curr|document currency|doc currency|waehrung|wahrung|devise|moneda|divisa",
    "cost": """cost amount|line cost|cost|cogs|total cost|cost of sales|cost of goods sold|einstandswert|wareneinsatz|kosten
        |cout|cout de revient|coste|costo""",
    "list_price": "list price|listprice|catalogue price|catalog price|rrp|msrp|standard price|listenpreis|prix catalogue|precio de lista|precio tarifa",
    "category": """category|category name|product category|item category|item group|product group|product line|family
        |product family|warengruppe|artikelgruppe|kategorie|produktgruppe|categorie|famille|categoria|familia""",
    "country": "country|country code|customer country|ship to country|land|pays|pais",
    "parent": """parent|parent id|parent customer|parent account|parent company|group|customer group|group id|head office
        |chain|subsidiary of|konzern|muttergesellschaft|gruppe|groupe|maison mere|grupo|matriz""",
    "salesperson": """salesperson|salesperson code|sales person|sales rep|sales representative|rep|sales agent|account manager|sales owner
        |verkaeufer|verkaufer|vertreter|vendeur|commercial|representant|vendedor|comercial""",
    "kind": "kind|customer type|type|level|art|typ|tipo",
    "town": "town|city|customer city|ort|stadt|ville|ciudad|poblacion|office location",
    "industry": "industry|sector|branch|segment|branche|secteur|industria",
    "size": "size|size band|employees|company size|headcount|mitarbeiter|groesse|grosse|taille|effectif|tamano|empleados",
    "alias": "alias|other id|old id|former id|legacy id|alte nummer|ancien code|codigo antiguo",
    "from": "from|from currency|source|base|von|de",
    "to": "to|to currency|target|quote|nach|vers|a",
    "rate": "rate|exchange rate|kurs|wechselkurs|taux|taux de change|tipo de cambio|cambio",
}  # fmt: skip


def plain(header: str) -> str:
    """A header for comparison: lower case, no accents, words apart: "InvoiceNo." and "invoice_no" are one."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    bare = unicodedata.normalize("NFKD", apart).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z]+|[0-9]+", re.sub(r"\(\d+\)$", "", bare)))


NAMES: dict[str, tuple[str, ...]] = {
    field: tuple(dict.fromkeys(plain(name) for name in text.replace("\n", " ").split("|")))
    for field, text in _NAMES.items()
}


@dataclass(frozen=True, slots=True)
class Match:
    """A column that may carry a field; the lower the rank, the surer the name."""

    field: str
    column: str
    rank: int


def matches(columns: Sequence[str], fields: Sequence[str]) -> tuple[Match, ...]:
    """Every column that goes by a name of one of `fields`, the surest first for each field."""
    found = []
    for field in fields:
        ranks = {name: rank for rank, name in enumerate(NAMES[field])}
        squeezed = {name.replace(" ", ""): rank for name, rank in reversed(ranks.items())}
        for column in columns:
            name = plain(column)
            rank = ranks.get(name, squeezed.get(name.replace(" ", ""), -1))
            if rank >= 0:
                found.append(Match(field, column, rank))
    return tuple(sorted(found, key=lambda match: (match.field, match.rank)))


def header_score(cells: Sequence[str]) -> int:
    """How many cells of a row look like names of known columns."""
    known = {name.replace(" ", "") for names in NAMES.values() for name in names}
    return sum(plain(cell).replace(" ", "") in known for cell in cells if cell)
