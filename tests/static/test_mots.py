"""What Streamlit writes in English is said in French: its words are those of the version in use."""

import re
from pathlib import Path

import pytest
from streamlit import file_util

from rendu.scripts import STATIC

MOTS = (STATIC / "mots.js").read_text(encoding="utf-8")
# As far as it is literal: what follows is made as it is written.
DEBUTS = [
    re.match(r"[A-Za-z ]+", motif)[0].strip()
    for motif in re.findall(r"\[/\^([A-Z][^/]+)/s?,", MOTS)
]


@pytest.fixture(scope="module")
def streamlit():
    scripts = (Path(file_util.get_static_dir()) / "static" / "js").glob("*.js")
    return "\n".join(s.read_text(encoding="utf-8") for s in scripts)


def test_there_are_words():
    assert "Connection error" in DEBUTS
    assert len(DEBUTS) > 10


@pytest.mark.parametrize("debut", DEBUTS)
def test_the_words_are_those_of_streamlit(streamlit, debut):
    assert debut in streamlit
