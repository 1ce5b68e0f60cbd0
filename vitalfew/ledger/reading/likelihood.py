"""Which codec makes the most sense of bytes that are not UTF-8: judged by the letters languages really use."""

from __future__ import annotations

from typing import Final

from charset_normalizer import from_bytes

_WEST: Final = ("äöüß", "éèêëàâçîïôûùœæ", "áéíóúñü", "áâãàçéêíóôõú", "àèéìòù", "åäöé", "æøåé", "éëïöü", "áéíóúýþæðö")
_CENTRE: Final = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž")
_BALTIC: Final = ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž")
_TURKISH: Final = ("çğıöşüâi̇",)
_CYRILLIC: Final = ("абвгдежзийклмнопрстуфхцчшщъыьэюя", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя")
_GREEK: Final = ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋ",)
# In order of preference where two codecs make equal sense.
_FAMILIES: Final = (
    ("cp1252", _WEST),
    ("cp1250", _CENTRE),
    ("cp1251", _CYRILLIC),
    ("cp1253", _GREEK),
    ("cp1254", _TURKISH),
    ("cp1257", _BALTIC),
    ("cp850", _WEST),
    ("mac_roman", _WEST),
    ("iso8859_2", _CENTRE),
    ("cp852", _CENTRE),
    ("koi8_r", _CYRILLIC),
    ("cp866", _CYRILLIC),
    ("iso8859_5", _CYRILLIC),
    ("iso8859_7", _GREEK),
)
_WIDE: Final = ("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr")
_SIGNS: Final = "€£¥§°®©™–—‘’“”„…•«»½¼¾²³´·¡¿ªº×±µ№\xa0"
_SURE = 0.85  # below this share of sensible characters no single-byte reading is believed
_MARGIN = 0.02  # what another codec must gain over the preferred one


def likeliest_codec(sample: bytes) -> str:
    """The codec for `sample` (pieces with bytes above 127); Windows-1252 where several fit as well."""
    best, best_sense = "", -1.0
    for codec, alphabets in _FAMILIES:
        sense = _sense(sample, codec, alphabets)
        if sense > best_sense + (_MARGIN if best else 0):
            best, best_sense = codec, sense
    if best_sense >= _SURE:
        return best
    match = from_bytes(sample, cp_isolation=list(_WIDE), enable_fallback=False).best()
    if match is not None:
        return match.encoding
    return best if best_sense >= 0 else "latin-1"


def _sense(sample: bytes, codec: str, alphabets: tuple[str, ...]) -> float:
    """Share of the characters above 127 that a writer of one language, or of the family, would write there; -1: none."""
    try:
        text = f" {sample.decode(codec)} "
    except UnicodeDecodeError:
        return -1.0
    odd = [at for at, character in enumerate(text) if character > "\x7f"]
    signs = sum(_sign_fits(text, at) for at in odd if text[at] in _SIGNS)
    letters = [text[at].lower() for at in odd if text[at] not in _SIGNS and _letter_fits(text, at)]
    count = max(1, len(odd))
    one = max(sum(letter in alphabet for letter in letters) for alphabet in alphabets)
    every = sum(letter in "".join(alphabets) for letter in letters)
    return (signs + (one + every) / 2) / count


def _letter_fits(text: str, at: int) -> bool:
    """Letters stand beside letters, and a capital does not follow a small letter."""
    before, here, after = text[at - 1], text[at], text[at + 1]
    if here > "ʹ" and any(side.isascii() and side.isalpha() for side in (before, after)):
        return False  # Greek and Cyrillic do not share a word with Latin letters
    return here.isalpha() and (before.isalpha() or after.isalpha()) and not (before.islower() and here.isupper())


def _sign_fits(text: str, at: int) -> bool:
    """Quotes and dashes stand outside a word (but for the apostrophe), other signs not before a letter."""
    before, here, after = text[at - 1], text[at], text[at + 1]
    if here in "‘“”„…•«»–—¡¿\xa0":
        return not (before.isalpha() and after.isalpha())
    return here in "’·´" or not after.isalpha()
