"""Columns of real exports are recognised by name and content, and asked for where two readings fit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vitalfew.ground.errors import Ambiguity
from vitalfew.ledger.importing import dates, fields, numbers
from vitalfew.ledger.importing.recognising import NotALedger, Wishes, ask, column_letter, recognise, settle

# The header of an export as it comes, and the field each column carries ("" where none).
EXPORTS = {
    "online retail": "InvoiceNo=invoice StockCode=item Description=description Quantity=quantity InvoiceDate=date UnitPrice=unit_price"
    " CustomerID=customer Country=country",
    "plain": "Invoice=invoice Date=date Customer=customer Item=item Quantity=quantity Price=unit_price",
    "snake case": "invoice_id=invoice order_date= invoice_date=date customer_id=customer sku=item qty=quantity unit_price=unit_price currency_code=currency",
    "Dynamics": "Document_No.=invoice Posting_Date=date Sell-to_Customer_No.=customer No.=item Description=description Quantity=quantity"
    " Unit_Price=unit_price Line_Amount=amount Salesperson_Code=salesperson",
    "SAP": "Billing_Document=invoice Billing_Date=date Sold-to_Party=customer Name_of_Sold-to_Party=customer_name Material=item"
    " Material_Description=description Billed_Quantity=quantity Net_Value=amount Document_Currency=currency",
    "QuickBooks": "Type= Date=date Num=invoice Memo=description Name=customer Item=item Qty=quantity Sales_Price=unit_price Amount=amount",
    "Xero": "ContactName=customer InvoiceNumber=invoice InvoiceDate=date InventoryItemCode=item Description=description Quantity=quantity"
    " UnitAmount=unit_price LineAmount=amount Currency=currency",
    "Sage": "Account_Ref=customer Invoice_No=invoice Invoice_Date=date Stock_Code=item Description=description Quantity=quantity Net_Amount=amount",
    "Odoo": "Number=invoice Invoice_Date=date Partner=customer Product=item Quantity=quantity Unit_Price=unit_price Subtotal=amount"
    " Salesperson=salesperson",
    "WooCommerce": "Order_ID=invoice Order_Date=date Customer_ID=customer SKU=item Product_Name=description Quantity=quantity Item_Cost="
    " Line_Total=amount",
    "Iowa": "Invoice/Item_Number= Date=date Store_Number=customer Store_Name=customer_name City= County= Item_Number=item"
    " Item_Description=description Bottles_Sold=quantity Sale_(Dollars)=amount Category_Name=category",
    "German": "Belegnummer=invoice Belegdatum=date Kundennummer=customer Kundenname=customer_name Artikelnummer=item Bezeichnung=description"
    " Menge=quantity Einzelpreis=unit_price Gesamtpreis=amount Währung=currency Warengruppe=category Land=country Vertreter=salesperson",
    "German short": "Rechnungs-Nr.=invoice Rechnungsdatum=date Kd.-Nr.=customer Art.-Nr.=item Anzahl=quantity E-Preis=unit_price Betrag=amount",
    "French": "N°_facture=invoice Date_facture=date Code_client=customer Nom_client=customer_name Référence=item Désignation=description"
    " Quantité=quantity Prix_unitaire_HT=unit_price Montant_HT=amount Devise=currency Famille=category Pays=country",
    "Spanish": "Nº_factura=invoice Fecha=date Código_cliente=customer Nombre_cliente=customer_name Artículo=item Descripción=description"
    " Cantidad=quantity Precio=unit_price Importe=amount Moneda=currency Familia=category País=country",
}
FIELDS_OF = {
    name: [
        (
            word.rpartition("=")[0].replace("_", " ") if name != "snake case" else word.rpartition("=")[0],
            word.rpartition("=")[2],
        )
        for word in text.split()
    ]
    for name, text in EXPORTS.items()
}


def recognised(header, *, sample=None, letters=(), **wishes):
    return recognise(
        name="sales.csv",
        columns=header,
        sample=sample or {},
        wishes=Wishes(**wishes),
        letters=letters or [column_letter(i) for i in range(len(header))],
    )


@pytest.mark.parametrize("name", EXPORTS)
def test_the_columns_of_a_usual_export_carry_their_fields(name):
    reading, questions = recognised([column for column, _ in FIELDS_OF[name]])
    expected = {field: column for column, field in FIELDS_OF[name] if field}
    found = dict(reading.columns)
    if "customer_name" not in expected and found.get("customer_name") == found["customer"]:
        del found["customer_name"]  # a name that stands for the number stays known as a name
    assert found == expected
    assert (reading.kind, questions) == ("sales", ())


NEEDED = ("Customer", "Date", "Amount")


def test_a_name_column_alone_names_the_customers():
    reading, _ = recognised(["Customer Name", "Date", "Amount"])
    assert (reading.columns["customer"], reading.columns["customer_name"]) == ("Customer Name", "Customer Name")


def test_beside_numbers_a_column_called_customer_holds_names():
    reading, _ = recognised(["Customer", "Customer No", "Date", "Amount"])
    assert (reading.columns["customer"], reading.columns["customer_name"]) == ("Customer No", "Customer")


def test_two_columns_of_one_name_are_asked_for_by_letter():
    columns = ["Customer", "Amount", "Amount (2)", "Date"]
    _, questions = recognised(columns, sample={"Amount": ["5.00"], "Amount (2)": ["7.00", "8.00"]})
    assert [(question.option, question.answers) for question in questions] == [
        ("--map", (("--map amount=B", "5.00"), ("--map amount=C", "7.00, 8.00")))
    ]
    with pytest.raises(Ambiguity) as asked:
        ask(questions)
    assert (
        str(asked.value)
        == "“Amount” (column B) and “Amount (2)” (column C) can each be the amount. Say `--map amount=B` or `--map amount=C`."
    )
    assert asked.value.option == "--map"


def test_of_two_columns_of_one_name_only_the_fitting_one_is_taken():
    columns = ["Customer", "Amount", "Amount (2)", "Date"]
    reading, questions = recognised(columns, sample={"Amount": ["paid", "open"], "Amount (2)": ["7.00", "8.00"]})
    assert (reading.columns["amount"], questions) == ("Amount (2)", ())


def test_a_column_is_mapped_by_name_and_by_letter():
    columns = ["A B", "Who", "When", "How much"]
    reading, _ = recognised(columns, columns={"customer": "Who", "date": "C", "amount": "d"})
    assert dict(reading.columns) == {"customer": "Who", "date": "When", "amount": "How much"}


def test_letters_are_those_of_the_file_and_a_name_goes_before_a_letter():
    columns = ["Who", "When", "C"]
    reading, _ = recognised(columns, letters=("C", "D", "E"), columns={"customer": "C", "date": "D", "amount": "E"})
    assert dict(reading.columns) == {"customer": "C", "date": "When", "amount": "C"}
    reading, _ = recognised(
        ["Who", "When", "Worth"], letters=("C", "D", "E"), columns={"customer": "C", "date": "D", "amount": "E"}
    )
    assert dict(reading.columns) == {"customer": "Who", "date": "When", "amount": "Worth"}


def test_a_field_may_be_said_to_have_no_column():
    reading, _ = recognised([*NEEDED, "Country"], columns={"country": ""})
    assert "country" not in reading.columns


@pytest.mark.parametrize(
    ("columns", "wishes", "words"),
    [
        (("Date", "Amount"), {}, ("no column that names the customer", "--map customer=COLUMN", "Date, Amount")),
        (("Customer", "Amount"), {}, ("no column with the date", "--map date=COLUMN")),
        (
            ("Customer", "Date", "Quantity"),
            {},
            ("neither an amount nor a quantity with a unit price", "--map amount=COLUMN"),
        ),
        (NEEDED, {"customr": "Customer"}, ("--map customr", "no field", "invoice, customer, date")),
        (NEEDED, {"customer": "Client"}, ("no column “Client”", "Customer, Date, Amount")),
        (NEEDED, {"customer": "D"}, ("no column “D”",)),
        (NEEDED, {"customer": ""}, ("no column that names the customer",)),
        (("Date", "From", "To", "Rate"), {"rate": ""}, ("rate can be read", "--map rate=COLUMN")),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(columns, wishes, words):
    with pytest.raises(NotALedger) as refused:
        recognised(columns, columns=wishes)
    assert [word for word in words if word not in str(refused.value)] == []


def test_a_date_column_without_a_known_name_is_known_by_its_contents():
    sample = {"Rgdt": ["04.03.2026", "05.03.2026", "06.03.2026"], "Zeit": ["08:00", "09:00", "10:00"]}
    reading, _ = recognised(["Kunde", "Rgdt", "Zeit", "Betrag"], sample=sample)
    assert reading.columns["date"] == "Rgdt"


def test_two_columns_of_dates_without_names_are_not_guessed_at():
    days = ["2026-03-04", "2026-03-05", "2026-03-06"]
    with pytest.raises(NotALedger, match="date of the invoice"):
        recognised(["Kunde", "X", "Y", "Betrag"], sample={"X": days, "Y": days})


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        (("Customer", "Date", "Amount", "Country"), "sales"),
        (("Customer ID", "Name", "Country", "Industry"), "customers"),
        (("No.", "Name", "City", "Country"), "customers"),
        (
            ("account", "sector", "year_established", "revenue", "employees", "office_location", "subsidiary_of"),
            "customers",
        ),
        (("Name", "Parent"), "customers"),
        (("Date", "From", "To", "Rate"), "rates"),
        (("Datum", "Von", "Nach", "Kurs"), "rates"),
        (("Customer", "Date", "Quantity", "Rate"), "sales"),
    ],
)
def test_sales_lines_customer_lists_and_rates_are_told_apart(columns, kind):
    assert recognised(columns)[0].kind == kind


def test_a_bare_number_column_is_the_customer_in_a_list_of_customers():
    assert recognised(("No.", "Name", "City"))[0].columns["customer"] == "No."


def settled(values, *, figures=(), remembered=None, **wishes):
    reading, _ = recognised(NEEDED)
    return settle(
        reading,
        Wishes(**wishes),
        days=dates.Evidence().seen(values),
        marks=numbers.Evidence().seen(figures),
        remembered=remembered,
    )


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["03/04/2026", "13/04/2026"], "dmy"),
        (["03/04/2026", "04/13/2026"], "mdy"),
        (["04.03.2026"], "dmy"),
        (["2026-03-04"], "ymd"),
        (["2026-03-04", "04.03.2026"], "dmy"),
        (["2026-03-04", "12/25/2026", "01/02/2026"], "mdy"),
    ],
)
def test_one_day_past_the_twelfth_settles_the_order(values, order):
    reading, questions = settled(values)
    assert (reading.order, questions) == (order, ())


def test_dates_that_fit_two_orders_are_asked_for_with_both_readings():
    _, (question,) = settled(["03/04/2026", "05/06/2026"])
    assert (question.option, question.answers) == ("--dates", (("dmy", "3 April 2026"), ("mdy", "4 March 2026")))
    with pytest.raises(Ambiguity, match="Say `--dates dmy` or `--dates mdy`") as asked:
        ask([question])
    assert "“03/04/2026”. dmy reads it as 3 April 2026, mdy reads it as 4 March 2026." in str(asked.value)


def test_a_file_that_proves_both_orders_is_asked_about():
    _, (question,) = settled(["13/04/2026", "04/13/2026"])
    assert "the file mixes both" in question.sentence
    assert [answer for answer, _ in question.answers] == ["dmy", "mdy"]


def test_numbers_that_fit_both_marks_are_asked_for_with_both_readings():
    _, (question,) = settled(["2026-03-04"], figures=["1,234", "12"])
    assert (question.option, question.answers) == ("--decimal", (("point", "1234"), ("comma", "1.234")))


@pytest.mark.parametrize(
    ("figures", "mark"),
    [(["1,234", "0,5"], "comma"), (["1,234", "0.5"], "point"), (["12"], "point"), (["1.234,5"], "comma")],
)
def test_one_clear_number_settles_the_mark(figures, mark):
    reading, questions = settled(["2026-03-04"], figures=figures)
    assert (reading.mark, questions) == (mark, ())


def test_a_word_of_the_person_goes_before_everything():
    reading, questions = settled(
        ["03/04/2026"], figures=["1,234"], order="mdy", mark="comma", remembered=Wishes(order="dmy", mark="point")
    )
    assert (reading.order, reading.mark, questions) == ("mdy", "comma", ())


def test_what_was_said_before_answers_a_question_but_not_against_proof():
    before = Wishes(order="mdy", mark="comma")
    reading, questions = settled(["03/04/2026"], figures=["1,234"], remembered=before)
    assert (reading.order, reading.mark, reading.unproven, questions) == ("mdy", "comma", (), ())
    reading, questions = settled(["13/04/2026"], figures=["1.5"], remembered=before)
    assert (reading.order, reading.mark, questions) == ("dmy", "point", ())
    _, questions = settled(["03/04/2026"], remembered=Wishes(order="ymd"))
    assert [question.option for question in questions] == ["--dates"]


def test_what_nothing_has_proven_is_not_remembered():
    reading, _ = settled([], figures=["12"])
    assert (reading.order, reading.mark, reading.unproven) == ("ymd", "point", ("dates", "decimal"))
    assert replace(reading, unproven=()) != reading


@pytest.mark.parametrize(("place", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_the_letters_of_a_spreadsheet(place, letter):
    assert column_letter(place) == letter


@pytest.mark.parametrize("field", [*fields.SALES, *fields.CUSTOMERS, *fields.RATES])
def test_every_field_has_names_and_its_own_is_among_them(field):
    assert field.replace("_", " ") in fields.NAMES[field]


@pytest.mark.parametrize(
    ("header", "plain"),
    [("InvoiceNo.", "invoice no"), ("invoice_no", "invoice no"), ("Währung", "wahrung"), ("N° facture", "n facture"), ("Amount (2)", "amount"),
     ("Sale (Dollars)", "sale dollars"), ("SKU", "sku"), ("  Kunden-Nr. ", "kunden nr"), ("", "")],
)  # fmt: skip
def test_headers_are_compared_without_case_accents_and_signs(header, plain):
    assert fields.plain(header) == plain
