"""The little XML that a service answers: its list of layers, and why it refuses. Nothing of it is expanded or fetched."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

from geo.wfs.limites import COUCHES_MAX, TEXTE_MAX

_EXCEPTIONS = ("ExceptionReport", "ServiceExceptionReport")
_PROFONDEUR_MAX = 50


class Illisible(Exception):
    """These bytes are no XML that is read here."""


class Couche(NamedTuple):
    """A layer of a service: its name, to ask for it, and its title, in French where there is one."""

    nom: str
    titre: str


@dataclass
class Document:
    """What is read of an answer.

    Attributes
    ----------
    racine
        Name of the outermost element, without its prefix.
    couches
        The layers that it lists.
    exceptions
        What it says went wrong.
    """

    racine: str = ""
    couches: list[Couche] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)

    @property
    def is_refusal(self) -> bool:
        """Whether the service says that it will not answer."""
        return self.racine in _EXCEPTIONS


def read_xml(contenu: bytes) -> Document:
    """Read the answer of a service.

    Parameters
    ----------
    contenu
        The answer. One with a document type is refused, so that no entity can be declared.

    Raises
    ------
    Illisible
        If it is not XML, or not a plain one.
    """
    lecteur = _Lecteur()
    try:
        lecteur.analyseur.Parse(contenu, True)  # noqa: FBT003 - expat knows it by its place
    except (expat.ExpatError, LookupError, ValueError) as erreur:
        raise Illisible from erreur
    return lecteur.document


class _Lecteur:
    """Reads one document, an event at a time."""

    def __init__(self) -> None:
        self.document = Document()
        self.analyseur = expat.ParserCreate(namespace_separator=" ")
        self.analyseur.buffer_text = True
        self.analyseur.StartDoctypeDeclHandler = self._refuse
        self.analyseur.StartElementHandler = self._start
        self.analyseur.EndElementHandler = self._end
        self.analyseur.CharacterDataHandler = self._read
        self._chemin: list[str] = []
        self._texte = ""
        self._langue = ""
        self._nom = ""
        self._titres: dict[str, str] = {}

    def _refuse(self, *_: object) -> None:
        raise Illisible

    def _start(self, nom: str, attributs: dict[str, str]) -> None:
        local = nom.rpartition(" ")[2]
        if len(self._chemin) >= _PROFONDEUR_MAX:
            raise Illisible
        self.document.racine = self.document.racine or local
        self._chemin.append(local)
        self._texte = ""
        if local == "FeatureType":
            self._nom, self._titres = "", {}
        self._langue = attributs.get("http://www.w3.org/XML/1998/namespace lang", "")[:2].lower()

    def _read(self, texte: str) -> None:
        self._texte = (self._texte + texte)[: TEXTE_MAX * 4]

    def _end(self, _: str) -> None:
        texte = " ".join(self._texte.split())[:TEXTE_MAX]
        match self._chemin:
            case [*_, "FeatureType", "Name"]:
                self._nom = texte
            case [*_, "FeatureType", "Title"]:
                self._titres.setdefault(self._langue, texte)
            case [*_, "FeatureType"] if self._nom:
                titre = self._titres.get("fr") or next(iter(self._titres.values()), "")
                self.document.couches.append(Couche(self._nom, titre))
                if len(self.document.couches) > COUCHES_MAX:
                    raise Illisible
            case [*_, "ExceptionText" | "ServiceException"] if texte:
                self.document.exceptions.append(texte)
        self._chemin.pop()
        self._texte = ""
