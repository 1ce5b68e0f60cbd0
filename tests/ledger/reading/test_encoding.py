"""Encodings are told by the whole file and by the letters that languages use."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger.reading import ugly
from tests.ledger.reading.conftest import rows_of, whole
from vitalfew.ledger.reading.encoding import Encoding, encoding_of
from vitalfew.ledger.reading.inflating import CutShort

GERMAN = "Kunde;Ort;Straße\nMüller GmbH;Köln;Hauptstraße 5\nBäckerei Jäger;Düsseldorf;Größe\n"
FRENCH = "Client;Ville\nSociété Générale;Orléans\nCafé Étoile;Besançon\nHôtel du Rhône;Nîmes\n"
SPANISH = "Cliente;Ciudad\nMuñoz e Hijos;Málaga\nPeña;León\nÁlvarez;Cádiz\n"
SWEDISH = "Kund;Ort\nÅkessons Möbler;Malmö\nGöteborgs Färg;Västerås\n"
POLISH = "Klient;Miasto\nŻółty Łoś;Łódź\nWdzięczność;Kraków\nŚwiat Książki;Gdańsk\n"
CZECH = "Zákazník;Město\nŘezník Dvořák;Plzeň\nPříbram;České Budějovice\nŠkoda;Mladá Boleslav\n"
TURKISH = "Müşteri;Şehir\nYıldız A.Ş.;İstanbul\nGüneş Gıda;İzmir\nÇelik;Muğla\n"
GREEK = "Πελάτης;Πόλη\nΕταιρεία Αθηνών;Αθήνα\nΝίκος;Θεσσαλονίκη\n"
RUSSIAN = "Клиент;Город\nООО Ромашка;Москва\nЗАО Север;Санкт-Петербург\nИП Иванов;Екатеринбург\n"
JAPANESE = "得意先;都市\n株式会社東京商事;東京\n大阪食品;大阪\n山田電機;京都\n"
CHINESE = "客户;城市\n北京贸易有限公司;北京\n上海电子;上海\n"
WRITTEN = [
    *((GERMAN, codec) for codec in ("cp1252", "cp850", "mac_roman")),
    *((FRENCH, codec) for codec in ("cp1252", "cp850", "mac_roman")),
    *((SPANISH, codec) for codec in ("cp1252", "mac_roman")),
    *((SWEDISH, codec) for codec in ("cp1252", "cp850")),
    *((POLISH, codec) for codec in ("cp1250", "iso8859_2", "cp852")),
    *((CZECH, codec) for codec in ("cp1250", "iso8859_2")),
    *((GREEK, codec) for codec in ("cp1253", "iso8859_7")),
    *((RUSSIAN, codec) for codec in ("cp1251", "koi8_r", "cp866")),
    *((JAPANESE, codec) for codec in ("shift_jis", "euc_jp")),
    (TURKISH, "cp1254"),
    (CHINESE, "gb18030"),
    ("Customer,Price\nAcme,3.20 €\nBeta,4 €\n", "cp1252"),
    ("Customer,Price\nAcme,£5.00\nBeta,£4\n", "cp1252"),
    ("Customer,Price\nAcme,£5.00\nBeta,£4\n", "cp850"),
    ("Customer,Price\nAcme – North,3\nO’Brien,4\n", "cp1252"),
    ("Customer,Price\nCafé Noir,3\nAcme,4\n", "cp1252"),
]


@pytest.mark.parametrize(("text", "codec"), WRITTEN, ids=[f"{text[:6]}-{codec}" for text, codec in WRITTEN])
def test_text_comes_back_from_any_codec(tmp_path: Path, text: str, codec: str):
    path = ugly.written(tmp_path, "text.csv", text, encoding=codec)
    found = encoding_of(path=path, name="text.csv")
    assert path.read_bytes().decode(found.codec) == text


def test_utf_8_is_judged_by_the_whole_file(tmp_path: Path):
    path = ugly.written(
        tmp_path, "late.csv", b"Customer,Date\n" + b"Bolt,1\n" * 1_500_000 + "Müller,2\n".encode("cp1252")
    )
    assert encoding_of(path=path, name="late.csv") == Encoding("cp1252", note="Read as Windows-1252 (western Europe).")


def test_character_across_chunks_is_no_fault(tmp_path: Path):
    path = ugly.written(tmp_path, "edge.csv", b"x" * ((4 << 20) - 1) + "ü\n".encode())
    assert encoding_of(path=path, name="edge.csv") == Encoding("utf-8")


def test_half_a_character_does_not_spoil_the_rest(tmp_path: Path, opened):
    table = opened(ugly.half_character(tmp_path))
    found = rows_of(whole(table))
    assert table.notes == ("1 character is not valid UTF-8 and shown as �.",)
    assert (found[0][2], found[-1][2]) == ("Müller GmbH", "Caf�")


def test_wide_text_streams_across_chunks(tmp_path: Path, opened):
    text = ugly.delimited([ugly.HEADER, *ugly.ROWS * 20_000], delimiter="\t")
    table = opened(ugly.written(tmp_path, "wide.txt", "\ufeff" + text, encoding="utf-16-le"))
    found = whole(table)
    assert len(found.rows) == 60_000
    assert set(found.cells["Customer"].to_pylist()) == {"Müller GmbH", "Café Noir"}


def test_wide_text_cut_short_is_refused(tmp_path: Path, opened):
    data = ("\ufeff" + ugly.delimited(delimiter="\t")).encode("utf-16-le")
    table = opened(ugly.written(tmp_path, "cut.txt", data[:-20]))
    with pytest.raises(CutShort) as caught:
        whole(table)
    assert str(caught.value).startswith("cut.txt is cut short: its last row, 4, has 4 of 6 cells and no line break")
