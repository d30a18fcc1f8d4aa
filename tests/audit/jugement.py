"""Judge what was read: numbers that are wrong, and pairs that say the same thing differently."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

from tests.audit.attendu import AU_MOINS, ENVIRON, EXACT, Attendu
from tests.audit.enonce import Enonce
from tests.audit.mots import partner_words, stage_words
from tests.audit.nombres import Nombre, is_about, is_rounding, read_numbers
from tests.audit.regles import Regles

# Where a cell has a number as it was computed, and its qualifier in a column beside it.
FICHIERS_DE_DONNEES = {"csv", "xlsx", "geojson", "gpkg"}
# What may differ between two places that say the same thing, and why.
EXPLICATIONS = {
    "donnees": "un fichier de données écrit le nombre tel que calculé, avec « environ » dans une colonne (décision D1)",
    "signes": "« env. » dans un tableau, « environ » dans une phrase",
    "graphique": "un graphique trace le nombre tel que calculé ; ce qui s'y lit est écrit dans son texte",
    "decimales": "un tableau écrit plus de décimales qu'une phrase, et les deux sont l'arrondi du même nombre",
    "carte": "une bulle de la carte écrit moins de décimales, comme le déclare son indicateur (decimales_carte)",
    "minimum": "« au moins » est dit une fois : au début de la phrase, ou sous le tableau",
}
_SEUIL_DIT = 0.1
_QUALIFICATIF = re.compile(r"qualificatif(?: \((.+)\))?$")


@dataclass(frozen=True, slots=True)
class Lecture:
    """A number as it was read, and what it should be."""

    enonce: Enonce
    nombre: Nombre
    attendu: Attendu

    @property
    def donnee(self) -> bool:
        """Whether it is a cell of a file of data, or a datum of a chart."""
        e = self.enonce
        return bool(e.colonne) and (
            e.contexte.fichier in FICHIERS_DE_DONNEES and not self._is_words()
        )

    def _is_words(self) -> bool:
        """Tell whether a cell of a file is of words: more than its number."""
        n = self.nombre
        reste = self.enonce.texte[: n.debut] + self.enonce.texte[n.fin :]
        return bool(re.sub(r"[\s\xa0\u202f%+−-]", "", reste))

    @property
    def graphique(self) -> bool:
        return self.enonce.genre == "graphique"

    @property
    def mot(self) -> str:
        """Return its qualifier: beside it or, in a file of data, in the columns of qualifiers of its row."""
        if self.enonce.genre == "difference" and self.enonce.texte.startswith("env."):
            # Said once, of a difference and of what it is in per cent.
            return ENVIRON
        if self.nombre.qualificatif or not self.donnee:
            return self.nombre.qualificatif
        return find_qualifier(self.enonce)

    def is_right(self) -> bool:
        """Tell whether the number is the one that was recomputed, as far as it shows it."""
        n, a = self.nombre, self.attendu
        if n.qualificatif == "moins de" and n.valeur == _SEUIL_DIT and a.mot != "moins de":
            return 0 < abs(a.valeur) < _SEUIL_DIT
        valeur = n.valeur
        # A drop may be said without its sign.
        if is_rounding(valeur, n.decimales, a.valeur) or is_rounding(
            -valeur, n.decimales, a.valeur
        ):
            return True
        about = a.calcule and ENVIRON in {n.qualificatif, a.mot}
        return about and (
            is_about(valeur, n.decimales, a.valeur) or is_about(-valeur, n.decimales, a.valeur)
        )

    def is_worded(self) -> bool:
        """Tell whether it bears the qualifier, and the rounding, that the rule wants."""
        n, a = self.nombre, self.attendu
        if self.graphique:
            return True
        if self.enonce.colonne and {self.mot, a.mot} == {EXACT, AU_MOINS}:
            return True
        if self.mot != a.mot and not (n.qualificatif == "moins de" and n.valeur == _SEUIL_DIT):
            return False
        if self.donnee or a.mot != ENVIRON or not a.calcule:
            return True
        return is_about(abs(n.valeur), n.decimales, abs(a.valeur))


def find_qualifier(enonce: Enonce) -> str:
    """Return the qualifier that stands beside a number of a file: in the column of its own name, else in the only one.

    >>> from tests.audit.enonce import Contexte
    >>> ligne = (("Qualificatif (communes)", "environ"), ("Communes annoncées", "100"))
    >>> find_qualifier(Enonce(Contexte(""), "", "100", "Communes annoncées", ligne))
    'environ'
    """
    colonne = enonce.colonne.lower()
    if colonne == "habitants annoncés (somme)":
        dits = list(read_numbers(enonce.case("Ce que vaut la somme")))
        if dits:
            return dits[0].qualificatif
    for titre, texte in enonce.ligne:
        if titre == f"{enonce.colonne}_qualificatif":
            return texte
        m = _QUALIFICATIF.match(titre.lower())
        if m and (m[1] is None or _says_of(m[1], colonne)):
            return texte.replace("env.", ENVIRON)
    return EXACT


def _says_of(objet: str, colonne: str) -> bool:
    """Tell whether what a column of qualifiers names is a column of numbers."""
    if objet == colonne:
        return True
    if "indicatif" in objet:
        return "indicati" in colonne
    return colonne.startswith(objet) and "annonc" in colonne


@dataclass(slots=True)
class Jugement:
    """What the audit found."""

    lus: int = 0
    lectures: list[Lecture] = field(default_factory=list)
    non_recalcules: Counter[str] = field(default_factory=Counter)
    faux: list[Lecture] = field(default_factory=list)
    paires: int = 0
    expliquees: Counter[str] = field(default_factory=Counter)
    inexpliquees: list[tuple[str, str, str, str]] = field(default_factory=list)

    def closing(self) -> str:
        """Write the closing line."""
        return (
            f"{self.lus} nombres lus, {len(self.lectures)} recomputés, {len(self.faux)} faux, "
            f"{self.paires} paires, {len(self.inexpliquees)} inexpliquées"
        )


def judge(enonces: Sequence[Enonce], regles: Regles) -> Jugement:
    """Recompute what can be, and set what says the same side by side."""
    jugement = Jugement()
    for enonce in enonces:
        for nombre, attendu in regles.judge(enonce):
            jugement.lus += 1
            if attendu is None:
                jugement.non_recalcules[where(enonce)] += 1
                continue
            lecture = Lecture(enonce, nombre, attendu)
            jugement.lectures.append(lecture)
            if not lecture.is_right():
                jugement.faux.append(lecture)
    _pair(jugement)
    for mot in (*stage_words(enonces, regles), *partner_words(enonces, regles)):
        jugement.paires += 1
        if not mot.juste:
            dit = f"{mot.enonce.contexte.lieu} : {mot.dit}"
            jugement.inexpliquees.append(
                (mot.cpts_id, dit, f"la source : {mot.attendu}", mot.enonce.texte)
            )
    return jugement


def where(enonce: Enonce) -> str:
    """Name the kind of place of a number that no rule knows."""
    page = enonce.contexte.page
    fichier = f", {enonce.contexte.fichier}" if enonce.contexte.fichier else ""
    quoi = (
        f"colonne « {enonce.colonne} »"
        if enonce.colonne
        else re.sub(r"\d[\d\s\u202f\xa0,]*", "#", enonce.texte)[:70]
    )
    return f"{page}{fichier} : {quoi}"


def _pair(jugement: Jugement) -> None:
    """Set side by side, of each quantity, every two places, and each place and the rule."""
    par_cle: dict[tuple[str, ...], dict[str, dict[str, Lecture]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for lecture in jugement.lectures:
        if not lecture.is_right():
            continue
        par_cle[lecture.attendu.cle][lecture.enonce.contexte.lieu].setdefault(
            _written(lecture), lecture
        )
    for cle, lieux in par_cle.items():
        dites = [
            (lieu, forme, lue) for lieu, formes in lieux.items() for forme, lue in formes.items()
        ]
        for lieu, forme, lue in dites:
            jugement.paires += 1
            if not lue.is_worded():
                attendu = f"{lue.attendu.mot} {lue.attendu.valeur:g}".strip()
                jugement.inexpliquees.append(
                    (" ".join(cle), f"{lieu} : {forme}", f"la règle : {attendu}", lue.enonce.texte)
                )
        for (un, forme, lue), (autre, forme_autre, lue_autre) in combinations(dites, 2):
            jugement.paires += 1
            raison = explain(lue, lue_autre)
            if raison is None:
                jugement.inexpliquees.append(
                    (" ".join(cle), f"{un} : {forme}", f"{autre} : {forme_autre}", lue.enonce.texte)
                )
            elif raison:
                jugement.expliquees[raison] += 1


def _written(lecture: Lecture) -> str:
    return (
        f"{lecture.mot} {lecture.nombre.ecrit}{' %' if lecture.nombre.unite == '%' else ''}".strip()
    )


def explain(un: Lecture, autre: Lecture) -> str | None:
    """Say why two places write one number differently: empty, they do not; ``None``, nothing explains it."""
    meme_mot = un.mot == autre.mot
    if meme_mot and un.nombre.valeur == autre.nombre.valeur:
        return ""
    deux = (un, autre)
    tableaux = {bool(lue.enonce.colonne) for lue in deux}
    genres = {lue.enonce.genre for lue in deux}
    raisons = {
        "graphique": "graphique" in genres,
        "carte": meme_mot and "carte" in genres and un.attendu.cle[0] == "densite",
        "minimum": {un.mot, autre.mot} == {EXACT, AU_MOINS} and all(map(_is_minimum, deux)),
        "donnees": meme_mot and (un.donnee or autre.donnee),
        # On screens, one share has one rounding.
        "decimales": meme_mot and len(tableaux) > 1 and un.nombre.unite != "%",
    }
    return next((raison for raison, vraie in raisons.items() if vraie), None)


def _is_minimum(lue: Lecture) -> bool:
    """Tell whether « au moins » is said of a number: before it, before another of its sentence, or under its table."""
    return bool(lue.enonce.colonne) or "au moins" in lue.enonce.texte.casefold()
