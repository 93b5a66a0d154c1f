"""Whether the words around a phrase affirm it, deny it, leave it to a version, or speak of another product."""

import re
from enum import Enum, auto


class Stance(Enum):
    """What the sentence makes of a phrase."""

    AFFIRMED = auto()
    DENIED = auto()
    VERSIONS = auto()
    """True of some versions and not of others."""
    LEFT_OUT = auto()
    """Said of another product, or too unclear to tell."""


_REACH = 90
"""How far before a phrase, in characters, a word of denial can stand."""

_FALSE_CUE = re.compile(
    r"\b(?:so (?:that )?no|not (?:only|just|merely|least|to mention|surprisingly|later|more|less|to exceed|yet|quite)|no (?:matter|"
    r"less|fewer|more than|"
    r"doubt|(?:\w+ ){1,2}(?:beyond|other than|except)\b|licen[cs]es?|papers|paperwork|registration|engineer|wonder|later|trouble|"
    r"problem|extra|additional|fear|questions?|one else)|"
    r"without (?:slowing|limit|restriction|interruption|delay|problem|"
    r"effort|trouble|loss|damag|touching|opening|disassembl|solder|removing|"
    r"breaking|(?:(?:the|their|his|her|any|its|your|a|an|being|anybody|anyone|user|owner|prior) ){0,2}[\w’]{0,16} ?"
    r"(?:knowledge|knowing|notic|aware|consent|permission|alert|trace))\w*|"
    r"nothing (?:but|less|remains)|whether or not|if not|why not|no sooner)\b"
)
_CUE = re.compile(
    r"\b(?:(?P<noun>no|without|w/o|lacks?|lacking|free of|free from|instead of|rather than|devoid of|absence of|excludes?|excluding|"
    r"minus|nor|neither|none of|lacked|short of|bereft of|in place of)|(?P<verb>not|never|cannot|unable to|incapable of|nobody|"
    r"nobody’s|nothing|no one|none|hardly|"
    r"nowhere|far from|refuses? to|stop(?:s|ping)? short of|fall(?:s|ing)? short of|refrain(?:s|ing)? from|abstain(?:s|ing)? from|"
    r"steers? clear of|keeps? (?:away|clear|off) (?:from |of )?|stays? (?:away|clear|out) (?:from|of)|does without|forgoes?|"
    r"dispens(?:es|ing) with|"
    r"useless (?:against|for)|unsuit(?:ed|able) (?:for|to)|unfit for|no (?:good|use) (?:for|against|as)|anything but|ignor(?:es|ing)|"
    r"skips|omits?|"
    r"renounc\w+|[a-z]{2,6}n’t|cant|doesnt|isnt|dont))\b"
)
_INNER = re.compile(r"\b(?:not|never|no|cannot|neither|nor|none|nothing|nobody|[a-z]{2,6}n’t)\b(?! (?:only|but|else)\b)")
_BREAK = re.compile(
    r"[;:!?()|]|\s[-–—]\s|—|\b(?:but|yet|however|while|whereas|though|although|because|since|unless|until|which|that|who|when|if|so|"
    r"hence|therefore|thus|only|except|(?:the|this|our|each) (?:box|unit|system|device|tool|set|camera|drone|app|software|program|"
    r"probe|version|model|"
    r"platform|receiver|radar|product|kit) \w{2,14}s|it (?:is|was|has|can|will|does|\w{2,12}s)|he|she|they|we|then|by means of)\b"
)
_LIST_OR = re.compile(r"\b(?:or|nor)\b")
_AND = re.compile(r"(?:\band\b|&|\+)")

_OTHER_BEFORE = re.compile(
    r"(?:\b(?:unlike|in contrast (?:to|with)|contrary to|compared (?:to|with)|compatible with|fits|suitable for use with|works with|"
    r"for use with|"
    r"(?:cases?|covers?|bags?|pouch|mounts?|brackets?|batter(?:y|ies)|chargers?|cables?|spares?|screens?|shields?|eyecups?|tripods?|"
    r"straps?|"
    r"accessor(?:y|ies)|cut-outs|manuals?|stickers?|posters?)\b[^.;:]{0,25}\bfor|(?:applications?|hosts?|used in):|"
    r"(?:cannot|can’t|could not|unable to|not) (?:tell|distinguish|discriminate)(?: between)?|replaces?|successor (?:of|to)|formerly|"
    r"used to be|once was|looks? for|not like|as if)\b[^.;!?]{0,60})$"
)
_PROTECTED = re.compile(
    r"\b(?:protect\w* (?:\w+ ){0,3}(?:against|from)|protection (?:against|from)|defen[cs]e against|shields? (?:\w+ )?(?:against|from))"
    r"\b[^.;!?]{0,60}$"
)
_OTHER_AFTER = re.compile(
    r"^[^.;!?]{0,40}\b(?:of (?:our|the|a) (?:competitors?|rivals?)|by (?:our|the) (?:competitors?|rivals?)|of other (?:makers|brands|"
    r"suppliers)|"
    r"(?:(?:is|are) )?not (?:included|part of|in the (?:box|parcel|set))|(?:themselves |itself )?(?:are|is)n’t (?:included|part of)|"
    r"(?:is |are |will be )?(?:planned(?! missions?| routes?| flights?)|to follow\b|foreseen for|on the roadmap|in preparation|"
    r"under development|"
    r"coming (?:soon|later))|(?:will )?follows? (?:later|in (?:spring|summer|autumn|fall|winter|a later|the next))|"
    r"sold separately|(?:must|to) be (?:bought|ordered|purchased) (?:separately|elsewhere))\b"
)
_POST = re.compile(
    r"^(?!,? and not\b)(?:[\s-]{1,2}[\w’-]{1,14}){0,3}?\s?\b(?:(?:is|are|was|were|be|has been|have been|has|does|do|will|can)[\s]{1,2})?"
    r"(?:(?:not|never|isn’t|aren’t|cannot be|can’t be|won’t be|doesn’t|is no|no longer)[\s]{1,2}(?:\w{1,8} )?"
    r"(?:\w{2,12}(?:ed|en|ble|wn)|available|possible|supported|provided|offered|fitted|foreseen|intended|implemented|present|"
    r"installed|allowed|permitted|done|"
    r"performed|used|needed|required|built|happen|take place|made|stored|kept|exist|work|engaged|applied|carried|contemplated|existing|"
    r"what|a feature|one of|its|there|circumvented|attempted|enabled|touched|among|our|the)|"
    r"(?:it|this|that|they) (?:is|are|does|do) not|(?:stays?|remains?|is left|are left|left) (?:\w+ly |quite )?"
    r"(?:untouched|alone|unread|unheard|private|closed|locked|shut|intact|unknown|unrecorded|unopened|out|outside|off limits|inaccessible|"
    r"unaffected|unbroken|unseen|aside|out of (?:reach|scope))|"
    r"(?:is|are|lies?|falls?) (?:outside|beyond|out of) (?:the |its |our )?(?:scope|reach|remit|purpose|task|capabilit\w+)|"
    r"(?:is|are) (?:unheard of|foreign to it|no part of|taboo|alien)|(?:is |are )?(?:\w{2,14}ly )?"
    r"(?:absent|disabled|impossible|excluded|ruled out|unavailable|missing|"
    r"deactivated|switched off|left out|omitted|"
    r"prohibited|"
    r"forbidden|out of the question))\b"
)
_POST_ANSWER = re.compile(
    r"^(?:[\s\w,’-]{0,45}\?\s*[–—-]?\s*(?:no|none|never|hardly|not|there is none|nope|wrong|far from)\b|"
    r"\.?[\s\w-]{0,12}[:=|][\s]?(?:no|none|never|nil|n/a|absent|not (?:available|supported|fitted|provided|included|possible)|✗|✘|"
    r"-)(?=\s*(?:[.,;|/)]|$))"
    r"|\s?\((?:no|none|not [\w ]{1,20})\)|\s(?:none|nil|n/a)(?=\s?(?:[.,;)]|$)))"
)
_YES = re.compile(r"\.?[\s\w-]{0,12}[:=|]\s?(?:yes|✓|✔|included|available|standard|built in)(?!\w)")
_DENIED_LIST = re.compile(
    r"\b(?:cannot do|can’t do|does not do|doesn’t do|not (?:supported|available|offered|possible|provided)|missing|absent|"
    r"left out)\s?:[^.;!?]{0,80}$"
)
_LEAVES = re.compile(r"\b(?:leav(?:es?|ing)|left|keeps?)\b[^.;:!?]{0,40}$")
_ALONE = re.compile(
    r"^[^.;:!?]{0,30}?\b(?:alone|untouched|aside|unread|unopened|closed|locked|shut|in peace|intact|as (?:it|they) (?:is|are))\b"
)
"""Together: "leaves locks alone"."""
_OPTIONAL_BEFORE = re.compile(
    r"\b(?:with(?: or | and |/)without|w/ or w/o|with ?/ ?without)\b[^.;,!?]{0,40}$|\b(?:optional(?:ly)?|as an option|on request(?! of\b))"
    r"(?:[\s-]{1,2}[\w’-]{1,16}){0,3}[\s-]{0,2}$|\bonly (?:in )?(?:the |our )?(?:[\w-]+ )?(?:latter|former|(?:[\w-]+ )?(?:version|"
    r"model|variant|edition|tier|licen[cs]e))(?! of)\b[^.;!?]{0,30}$"
    r"|\bonly in the \w+ (?:edition|version)[^.;!?]{0,30}$"
)
_OPTIONAL_AFTER = re.compile(
    r"^(?:[^.;,:!?\n]{0,40}\b)?(?:(?:is|are|as|an|,) )?\(?(?:optional(?:ly)?|(?:as )?an? option\b|at extra (?:cost|charge)|"
    r"against surcharge|"
    r"(?:(?:is|are|available|comes?|included) )(?:only )?(?:in|with) (?:the |our )?[\w-]+ (?:only|edition|version|variant|model|"
    r"licen[cs]e)|"
    r"in (?:the )?[\w-]+ (?:edition|version|variant|model) only|only (?:in|with) (?:the )?[\w-]+ (?:edition|version|variant|model|key|"
    r"licen[cs]e|package)|(?:can be|may be) (?:added|ordered|switched off|disabled|left out)|yes or no|yes/no|"
    r"separate(?:ly)? order\w*|order option|depending on (?:the )?"
    r"(?:version|model|licen[cs]e|edition|variant))\b"
)


def denies(phrase: str) -> bool:
    """Return whether a phrase holds a word that denies its verb."""
    return bool(_INNER.search(phrase))


def continues_denial(phrase: str) -> bool:
    """Return whether the only denial in a phrase goes on with one before it: "neither reads nor stores"."""
    return {match.group() for match in _INNER.finditer(phrase)} == {"nor"}


def answered_yes(after: str) -> bool:
    """Return whether a phrase is the label of a field that says yes: "DF: yes"."""
    return bool(_YES.match(after))


def _last_cue(window: str) -> re.Match[str] | None:
    """Return the last word of denial that is one: not that of "not only" or "without delay"."""
    idioms = [match.span() for match in _FALSE_CUE.finditer(window)]
    cues = [m for m in _CUE.finditer(window) if not any(start <= m.start() < end for start, end in idioms)]
    return cues[-1] if cues else None


def _in_list(between: str, after: str, verb: bool) -> bool:
    """Return whether commas only part the members of a list that "or" closes: "does not see, record or send"."""
    if any(len(part.split()) > 4 for part in between.split(",")):
        return False
    return bool(_LIST_OR.search(between) or (verb and _LIST_OR.search(after[:30])))


def _denied_before(before: str, after: str) -> Stance:
    """Return whether a word of denial before the phrase reaches it."""
    window = before[-_REACH:]
    cue = _last_cue(window)
    if cue is None:
        return Stance.AFFIRMED
    between = window[cue.end() :]
    if _BREAK.search(between) or ("," in between and not _in_list(between, after, bool(cue.group("verb")))):
        return Stance.AFFIRMED
    words = len(between.split())
    if cue.group("noun"):
        return Stance.DENIED if words <= 6 and not _AND.search(between) else Stance.LEFT_OUT
    return Stance.DENIED if words <= 10 else Stance.LEFT_OUT


def stance(before: str, after: str, phrase: str = "", guarded: bool = True, own_denial: bool = False) -> Stance:
    """Return what a sentence makes of a phrase, given the sentence before and after it in plain small letters.

    Args:
        before, after: the sentence around the phrase.
        phrase: the phrase itself, which may go on with a list.
        guarded: whether protection against the thing is a sign that the sentence speaks of another product.
        own_denial: whether the phrase brings its own "no", so that one before it changes nothing.
    """
    if _OTHER_BEFORE.search(before[-120:]) or _OTHER_AFTER.search(after) or (guarded and _PROTECTED.search(before[-120:])):
        return Stance.LEFT_OUT
    if _OPTIONAL_BEFORE.search(before[-80:]) or _OPTIONAL_AFTER.search(after):
        return Stance.VERSIONS
    if own_denial:
        return Stance.AFFIRMED
    if _POST.search(after) or _POST_ANSWER.search(after) or _DENIED_LIST.search(before):
        return Stance.DENIED
    if _ALONE.search(after) and _LEAVES.search(before):
        return Stance.DENIED
    return _denied_before(before, phrase[-20:] + after)
