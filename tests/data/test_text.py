"""Normalisation makes plain text of anything pasted, and every character knows where it came from."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import BlankText, InvalidCharacters, TextTooLong
from data.text import MAX_CHARACTERS, normalise

texts = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=200)
markup = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<br/>", "&amp;", "&#x41;", "<script>", "</script>", "<!--", "-->", "a", " ", "\n", "-", "<9 Hz", "é", "\u200b"]
    ),
    max_size=40,
).map("".join)


class TestNormalise:
    """What is not text goes, what is text stays."""

    @pytest.mark.parametrize(
        ("given_text", "expected"),
        [
            ("plain", "plain"),
            ("  two spaces\nhere ", "two spaces\nhere"),
            ("first\tsecond \t\t fourth\t\n\tnext   line", "first\tsecond\t\tfourth\nnext\tline"),
            ("<tr><th>Rate</th><td>9 Hz</td></tr><tr><td>x</td><td></td><td>y</td></tr>", "Rate\t9 Hz\nx\t\ty"),
            ("<ul><li>one</li><li>two<b></b> <i></i>three</li></ul>four<br>five", "one\ntwo three\nfour\nfive"),
            ("<p>IMSI&nbsp;catcher &amp; more</p>", "IMSI catcher & more"),
            ("a<script>alert(1)</script>b<STYLE>p{}</STYLE>c<!-- note -->d", "a b c d"),
            ("rate <9 Hz and x > 3 but a<b", "rate <9 Hz and x > 3 but a<b"),
            ("intercep-\ntion of traffic", "interception of traffic"),
            ("GSM-\n1800", "GSM-\n1800"),
            ("in\u200bter\u00adcept\u202e\u2066or", "interceptor"),
            ("ﬁbre ｔａｐ", "fibre tap"),
            ("cafe\u0301", "café"),
            ("IМSI саtcher", "IMSI catcher"),
            ("радар", "радар"),
            ("рост и вес", "рост и вес"),
            ("sold with а ХР licence, 6О km", "sold with a XP licence, 6O km"),
            ("delay τ of the α source", "delay τ of the α source"),
            ("null\0byte", "null byte"),
            ("line\r\nend\u2028here", "line\nend here"),
        ],
    )
    def test_examples(self, given_text: str, expected: str) -> None:
        assert normalise(given_text).text == expected

    @given(texts | markup)
    def test_offsets_are_ordered_and_inside(self, text: str) -> None:
        try:
            result = normalise(text)
        except BlankText:
            return
        assert len(result.text) == len(result.starts) == len(result.ends)
        assert all(0 <= start < end <= len(text) for start, end in zip(result.starts, result.ends, strict=True))
        assert list(result.starts) == sorted(result.starts)
        assert list(result.ends) == sorted(result.ends)

    @given(texts | markup)
    def test_a_second_pass_changes_no_plain_text(self, text: str) -> None:
        try:
            once = normalise(text).text
        except BlankText:
            return
        if "<" in once or "&" in once or "-\n" in once:
            return  # an escaped tag is text the first time and mark-up the second
        assert unicodedata.normalize("NFKC", normalise(once).text) == unicodedata.normalize("NFKC", once)

    @given(
        st.lists(st.sampled_from(["ab", "-", "~!", " ", "\n", "\t", "\x7f", "&", "&gt;", "<", "<p>", "-\n"]), min_size=1, max_size=12).map(
            "".join
        )
    )
    def test_the_short_way_for_plain_text_is_the_long_way(self, text: str) -> None:
        try:
            long = normalise(text + "\u200b")  # the invisible character takes the long way, and goes
        except BlankText:
            with pytest.raises(BlankText):
                normalise(text)
            return
        short = normalise(text)
        assert (short.text, short.starts, short.ends) == (long.text, long.starts, long.ends)

    @given(st.text(alphabet=st.sampled_from("abcXYZ 09.,-"), min_size=1, max_size=80))
    def test_plain_ascii_words_keep_their_place(self, text: str) -> None:
        if not text.strip():
            return
        result = normalise(text)
        for position, character in enumerate(result.text):
            if character not in " \t":  # a wide gap is a tab
                assert text[result.starts[position]] == character

    @given(texts, st.data())
    def test_spans_map_back(self, text: str, data: st.DataObject) -> None:
        try:
            result = normalise(text)
        except BlankText:
            return
        start = data.draw(st.integers(0, len(result.text) - 1))
        end = data.draw(st.integers(start + 1, len(result.text)))
        low, high = result.original_span(start, end)
        assert 0 <= low < high <= len(text)

    def test_no_such_span(self) -> None:
        with pytest.raises(ValueError, match="no such range"):
            normalise("abc").original_span(2, 2)


class TestRefusals:
    """What cannot be read is refused with the field and the reason."""

    @pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b\u202e", "<p> </p>", "\0", "\u3164"])
    def test_blank(self, text: str) -> None:
        with pytest.raises(BlankText, match="'description'"):
            normalise(text, field="description")

    def test_too_long(self) -> None:
        assert len(normalise("x" * MAX_CHARACTERS).text) == MAX_CHARACTERS
        with pytest.raises(TextTooLong, match="100001 characters; the limit is 100000"):
            normalise("x" * (MAX_CHARACTERS + 1))

    def test_expanding_characters_are_bounded(self) -> None:
        with pytest.raises(TextTooLong):
            normalise("\ufdfa" * MAX_CHARACTERS)

    def test_lone_surrogate(self) -> None:
        with pytest.raises(InvalidCharacters, match="lone surrogate at position 3"):
            normalise("abc\ud800")


class TestHostileInput:
    """The work grows with the text, not with its square: these finish at all only then."""

    @pytest.mark.parametrize("piece", ["<a b", "<script>", "<!--", "&#x41", "a-\n", "e\u0301", "<p", "&", "<script", "</"])
    def test_long_repeats(self, piece: str) -> None:
        text = (piece * MAX_CHARACTERS)[: MAX_CHARACTERS - 1] + "z"
        assert normalise(text).text.endswith("z")
