"""Values that a description names rather than measures: tube generations, handover standards, ciphers with their keys."""

import re

from model.contexts import Contexts
from model.reading import Reading, Value

_NUMERALS = {
    "one": "1",
    "two": "2",
    "three": "3",
    "1": "1",
    "2": "2",
    "3": "3",
    "i": "1",
    "ii": "2",
    "iii": "3",
    "first": "1",
    "1st": "1",
    "second": "2",
    "2nd": "2",
    "third": "3",
    "3rd": "3",
}
_WHICH = r"(?:first|second|third|1st|2nd|3rd)"
_NUMBER = r"(?:iii|ii|i|[123]|one|two|three)"
_GENERATION = re.compile(
    rf"\b(?:super ?-?)?gen(?:eration|\.)?s?(?: ?[:=] ?|[ -]?)(?P<one>{_NUMBER})(?![\d.,]\d|\w)\+{{0,2}}(?P<more>(?: ?(?:,|/|or|and|&|"
    rf"to|-|–) ?(?:gen(?:eration|\.)?[ -]?)?{_NUMBER}(?![\w.,]?\w)\+{{0,2}}){{0,3}})|"
    rf"\b(?P<word>{_WHICH}|[123]\+{{0,2}}(?=,? (?:or|and|/) {_WHICH}|/{_WHICH}|\+* ?/ ?[123]))"
    rf"(?P<also>(?:\+{{0,2}}-?,?(?: ?/ ?| or | and | to )(?:{_WHICH}|[123])){{0,2}})\+{{0,2}}[- ]?(?:gen(?:eration|\.)?s?)(?!\w)|"
    rf"\b(?P<late>[123])\+{{0,2}}[- ]gen(?:eration)?s?\b",
    re.IGNORECASE,
)
_ALSO = re.compile(rf"(?:\b|(?<=gen))(?:{_WHICH}|{_NUMBER})(?!\w)", re.IGNORECASE)
_OTHER_GENERATION = re.compile(
    r"(?:pcie|pci|usb|processor|core|intel|mobile|network|ryzen|snapdragon|hdmi|hbm|iphone|ipad|radar|software|our|"
    r"previous|earlier|ai|chip)\b[\w ,]{0,16}\Z",
    re.IGNORECASE,
)
_OTHER_THING = re.compile(
    r" (?:of (?:our|the|its|this) |gps|receivers?|radar|software|processor|drones?|systems?|platforms?|phones?|handsets?|"
    r"networks?|mobile|interceptors?|versions?|cellular|thermal|detectors?|sensors?|bicycle|e-?bike|ipad|iphone|tablet|"
    r"android|car\b|smart\w+|processor|intel)",
    re.IGNORECASE,
)
_STANDARDS = (
    (
        "calea",
        r"CALEA(?! (?:Holding|Inc|Ltd|AG|GmbH|Group|Corp|shares?|stock))|J-STD-?025\w?|ANSI/J-STD\S*|ATIS[- ]?1000678|T1\.678",
        False,
    ),
    ("3gpp", r"(?:3GPP )?TS ?33[. ]?(?:106|107|108|126|127|128)", False),
    ("3gpp", r"3GPP", True),
    (
        "etsi",
        r"(?:ETSI )?(?:TS|ES) ?(?:101 ?671|201 ?671|102 ?232(?:-\d)?|102 ?657|103 ?120|103 ?221(?:-\d)?|103 ?280|101 ?331|"
        r"102 ?656|103 ?707)",
        False,
    ),
    ("etsi", r"ETSI", True),
    ("national", r"TR[ -]?TK(?:Ü|UE)V", False),
    (
        "national",
        r"SORM(?:-\d)?|national (?:(?:handover|hand-over|interception|LI|lawful[- ]interception|delivery) (?:standards?|"
        r"spec(?:ification)?s?|rules?|profiles?|interfaces?|formats?|variants?)|interfaces?|formats?|dialects?|handover|variants?|profiles?|flavou?rs?|"
        r"(?:LI |HI )?spec(?:ification)?s?|standards?(?! (?:body|bodies|institute|organi[sz]ation|laborator)))|"
        r"home-?grown (?:handover|standard|interface)|(?:the )?(?:country|ministry|regulator)'s own "
        r"(?:handover|standard|format|interface|specification)\w*|"
        r"nationally (?:defined|specified) (?:interface|format|handover)|national-specific (?:handover|interfaces?|"
        r"formats?)|country-specific (?:handover|interfaces?|formats?)|"
        r"national (?:guidelines?|decrees?|regulations?)|TIIT|NHIS|"
        r"(?:interfaces?|handover|standards?|formats?|specifications?) (?:\w+ )?"
        r"(?:prescribed|laid down|defined|set(?: out)?|required|specified|demanded) "
        r"(?:by|in) (?:the )?(?:national|domestic|local|(?:country|state)['’]s(?: own)?) (?:\w+ )?"
        r"(?:law|decree|act|rules|regulations?|regulator|legislation|ordinance)",
        True,
    ),
)
_STANDARD = tuple(
    (value, re.compile(rf"\b(?:{pattern})(?!\w)", 0 if value != "national" else re.IGNORECASE), needs)
    for value, pattern, needs in _STANDARDS
)
_HANDOVER = re.compile(
    r"\b(?:lawful\w*|intercept\w*|hand-?over|handed over|hi-?[123]|hi[123]|mediat\w+|warrants?|monitoring cent(?:re|er)s?|"
    r"agency|agencies|police|deliver\w*|calea|providers?|retain\w*|retention|cdrs?|li|"
    r"lemf|leas?|iri|content of communication|x[123]|"
    r"33\.?10[678]|33\.?12[678]|call content|wiretap\w*|court|collection (?:site|function))\b",
    re.IGNORECASE,
)
_RADIO_NORM = re.compile(
    r" ?(?:EN|en) ?\d{3}|[- ](?:compliant radio|TETRA|DMR|GSM|LTE|release|rel\.|radio|NFV|MANO|ITS|EMC|band)|"
    r"(?: \w+){0,2} (?:release|rel-?\d+|chipset|modems?|bands?|radio)",
    re.IGNORECASE,
)
_DELIVERY = re.compile(r"\bHI-?[123]\b|LI_?HI[123]|\blawful\b[\w /-]{0,12}\b(?:access|intercept\w*)", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(?:no|not|without|neither|nor|never|lacks?|isn't|doesn't|non|instead of|unlike|excluding|foreign|"
    r"converts? (?:\w+ )?from)[- ](?:\w+ ){0,3}\Z",
    re.IGNORECASE,
)
_CIPHER = re.compile(
    r"\b(?:(?P<aes>AES(?:-(?:GCM|CCM|CBC|CTR|XTS|ECB|SIV|GMAC))?(?:[- ]\(?|\(|(?=\d)))(?P<sizes>(?:128|192|"
    r"256)(?![\d])(?:(?:, ?| or | and | & |, or | ?/ ?)(?:AES[- ]?)?(?:128|192|256)(?!\d)){0,2})|"
    r"(?P<named>Diffie-Hellman|Camellia|Serpent|Twofish|ARIA|ChaCha|Blowfish|RC4|RC5|RC6|SM4|Kuznyechik|KASUMI|IDEA|CAST|RSA|DH|DSA|"
    r"ElGamal|ECC|ECDSA|ECDH)[- ]?(?P<length>56|64|128|160|168|192|224|256|384|512|521|768|1024|1536|2048|3072|4096|7680|"
    r"8192|15360)(?!\d|[.,]\d))"
    r"(?! ?(?:GB|MB|KB|kB|MHz|Gbit|frames?|€|EUR|bytes?|instructions))"
)
_SIZE = re.compile(r"128|192|256")


def _generations(text: str, contexts: Contexts) -> list[Reading]:
    found = []
    for match in _GENERATION.finditer(text):
        if not contexts.about(("tube",), match.start()) or _OTHER_GENERATION.search(text, max(0, match.start() - 30), match.start()):
            continue
        if _OTHER_THING.match(text, match.end()) or _DENIED.search(text, max(0, match.start() - 30), match.start()):
            continue
        told = [match["one"] or match["word"] or match["late"], *_ALSO.findall((match["more"] or "") + (match["also"] or ""))]
        found += [_reading("tube_generation", _NUMERALS[each.lower().rstrip("+")], match.start(), match.end(), text) for each in told]
    return found


def _handover_standards(text: str) -> list[Reading]:
    found = []
    for value, pattern, needs_context in _STANDARD:
        for match in pattern.finditer(text):
            near = text[max(0, match.start() - 300) : match.end() + 300]
            if needs_context and not _HANDOVER.search(near):
                continue
            if (_RADIO_NORM.match(text, match.end()) and not _DELIVERY.search(near)) or _DENIED.search(
                text, max(0, match.start() - 30), match.start()
            ):
                continue
            found.append(_reading("handover_standard", value, match.start(), match.end(), text))
    return found


def _key_lengths(text: str) -> list[Reading]:
    found = []
    for match in _CIPHER.finditer(text):
        if _DENIED.search(text, max(0, match.start() - 30), match.start()):
            continue
        lengths = _SIZE.findall(match["sizes"]) if match["aes"] else [match["length"]]
        found += [_reading("key_length", (float(each), float(each)), match.start(), match.end(), text) for each in lengths]
    return found


def _reading(parameter: str, value: Value, start: int, end: int, text: str) -> Reading:
    return Reading(parameter, value, start, end, text[start:end])


def read_named_values(text: str, contexts: Contexts) -> list[Reading]:
    """Return tube generations, handover standards and the key lengths in the names of ciphers."""
    found = [*_generations(text, contexts), *_handover_standards(text), *_key_lengths(text)]
    return [reading for reading in found if not contexts.is_foreign(reading.start, reading.end)]
