"""Find the commune that a row of a table speaks of, and say all that was doubtful about it."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from geo.erreurs import Severite, enumerate_first
from geo.indicateurs.territoire import follow_absorbed
from geo.lecture.communes import departement_of
from geo.texte import ABREVIATIONS, ARTICLES, sort_key, split_words, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.atlas import Atlas
    from geo.importation.anomalie import Genre

# A commune may be absent from the data loaded because nobody loaded its department.
HORS_TERRITOIRE: Genre = "hors_territoire"
ABSORBEE: Genre = "absorbee"

# Arrondissements municipaux of the COG, and the commune they are part of.
ARRONDISSEMENTS = {
    **{str(code): "75056" for code in range(75101, 75121)},
    **{str(code): "69123" for code in range(69381, 69390)},
    **{str(code): "13055" for code in range(13201, 13217)},
}
# Until 1976 the two departments of Corsica were one, 20; the three last digits have not changed.
_CORSE = ("2A", "2B")
_CODE = re.compile("(?:[0-9]{2}|2[AB])[0-9]{3}")
_SANS_ZERO = re.compile("[1-9][0-9]{3}")
_DECIMALES = re.compile(r"([0-9]+)[.,]0+")
_DEPARTEMENT = re.compile(r"0?(2[AB]|97[1-6]|[0-9]{1,2})(?![0-9])", re.IGNORECASE)
_DEPARTEMENT_ENTRE_PARENTHESES = re.compile(r"\((2[AB]|97[1-6]|[0-9]{2})\)", re.IGNORECASE)
# Departments of the COG: 20 left with Corsica's two, 96 never was one, 97 has three characters.
_DEPARTEMENTS = frozenset(
    {f"{n:02}" for n in range(1, 96)} - {"20"} | {"2A", "2B"} | {f"97{n}" for n in (1, 2, 3, 4, 6)}
)


class Remarque(NamedTuple):
    """What one cell deserves to be told: see :class:`geo.importation.diagnostic.Diagnostic`."""

    colonne: str
    severite: Severite
    message: str
    remede: str
    genre: Genre


class Lecture(NamedTuple):
    """What was made of the code, the name and the department of one row.

    Attributes
    ----------
    code
        Commune of today, ``None`` where none could be told.
    absorbee
        The absorbed code that the row gives or names, whether it was followed or not.
    remarques
        Everything that deserves to be told.
    arrondissement
        Arrondissement municipal that the code is, the commune being the whole city.
    """

    code: str | None
    absorbee: str | None
    remarques: tuple[Remarque, ...]
    arrondissement: str | None = None


def _words(nom: str) -> tuple[str, ...]:
    mots = split_words(nom)
    return tuple(ABREVIATIONS.get(mot, mot) for mot in mots if mot not in ARTICLES) or tuple(mots)


class Referentiel:
    """The communes of an atlas, by code and by name, of today and of yesterday.

    Parameters
    ----------
    atlas
        The atlas.
    absorbees_acceptees
        Whether absorbed codes are replaced by their successors.
    """

    def __init__(self, atlas: Atlas, *, absorbees_acceptees: bool) -> None:
        self._atlas = atlas
        self._acceptees = absorbees_acceptees
        communes = atlas.communes
        self.noms: dict[str, str] = dict(zip(communes.index, communes["nom"], strict=True))
        self.populations: dict[str, int] = dict(
            zip(communes.index, communes["population"], strict=True)
        )
        self._departements: dict[str, str] = dict(
            zip(communes.index, communes["code_departement"], strict=True)
        )
        self._charges = frozenset(self._departements.values())
        self.successeurs = follow_absorbed(atlas, atlas.absorbees["code_commune"])

    @cached_property
    def anciens_noms(self) -> dict[str, str]:
        """Names of absorbed communes by their old code, and of what only changed its name."""
        nommees = self._atlas.absorbees.dropna(subset="nom")
        return dict(zip(nommees["code_commune"], nommees["nom"], strict=True))

    @cached_property
    def _anciens_mots(self) -> dict[str, set[tuple[str, ...]]]:
        """Former names of what each commune of today is made of."""
        mots: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
        for code, nom in self.anciens_noms.items():
            mots[self.successeurs.get(code, code)].add(_words(nom))
        return dict(mots)

    @cached_property
    def _codes_par_nom(self) -> dict[tuple[str, ...], list[str]]:
        """Codes of today and of yesterday by the words of the name, today's first."""
        codes: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        for code, nom in self.noms.items():
            codes[_words(nom)].append(code)
        for code, nom in self.anciens_noms.items():
            if code in self.noms or code in self.successeurs:
                codes[_words(nom)].append(code)
        return dict(codes)

    @cached_property
    def _postaux(self) -> dict[str, list[str]]:
        codes: defaultdict[str, list[str]] = defaultdict(list)
        for code, postaux in self._atlas.communes["codes_postaux"].items():
            for postal in postaux:
                codes[postal].append(str(code))
        return dict(codes)

    @cached_property
    def _departements_par_nom(self) -> dict[str, str]:
        return {sort_key(nom): str(code) for code, nom in self._atlas.departements["nom"].items()}

    def read(self, texte: str, nom: str, departement: str) -> Lecture:
        """Find the commune of one row.

        Parameters
        ----------
        texte, nom, departement
            Cells of the code, the name and the department; empty where the table has none.
        """
        if self.noms.get(texte) == nom and self._departements[texte] == departement:
            return Lecture(texte, None, ())
        dep = self.read_departement(departement)
        if not texte.strip():
            return self._read_name(nom, departement, dep)
        code, remarques = self._repair(texte, nom, dep)
        if code is None:
            return Lecture(None, None, tuple(remarques))
        trouve, absorbee, suite = self._place(code)
        remarques += suite
        if trouve is not None:
            remarques += self._check_name(trouve, code, nom)
            remarques += self._check_departement(trouve, departement, dep)
        arrondissement = code if code in ARRONDISSEMENTS else None
        return Lecture(trouve, absorbee, tuple(remarques), arrondissement)

    def departement_named(self, texte: str, departement: str) -> str | None:
        """Return the department that a row names, by the code of its commune or in so many words."""
        return self._departements.get(texte.strip()) or self.read_departement(departement)

    def read_departement(self, texte: str) -> str | None:
        """Return the code of a department given by code, by name, or both."""
        propre = texte.strip()
        trouve = _DEPARTEMENT.match(propre) or _DEPARTEMENT_ENTRE_PARENTHESES.search(propre)
        code = (
            trouve[1].upper().zfill(2)
            if trouve
            else self._departements_par_nom.get(sort_key(propre), "")
        )
        return code if code in _DEPARTEMENTS else None

    def _repair(self, texte: str, nom: str, dep: str | None) -> tuple[str | None, list[Remarque]]:
        """Return a code of five characters, exact or repaired without any doubt."""
        code = "".join(texte.split()).strip("'’\"").upper()
        if decimales := _DECIMALES.fullmatch(code):
            code = decimales[1]
        if _SANS_ZERO.fullmatch(code):
            return self._restore_zero(texte, f"0{code}", nom, dep)
        if not _CODE.fullmatch(code):
            return None, [
                _remarque(
                    Severite.BLOQUANT,
                    f"« {texte} » n'a pas la forme d'un code de commune.",
                    "Écrire les cinq caractères du code INSEE (70311, 2A004).",
                    "code_illisible",
                )
            ]
        if code == texte:
            return code, []
        return code, [
            _remarque(
                Severite.INFORMATION,
                f"« {texte} » est lu {code} : espaces, apostrophe, décimales ou minuscules ôtées.",
                "Rien à faire ; le fichier corrigé porte le code en cinq caractères.",
                "code_nettoye",
            )
        ]

    def _restore_zero(
        self, texte: str, code: str, nom: str, dep: str | None
    ) -> tuple[str | None, list[Remarque]]:
        existe = code in self.noms or code in self.successeurs
        accords = []
        if dep is not None:
            accords.append(dep == departement_of(code))
        if nom.strip() and existe:
            accords.append(self._bears(code, nom))
        connu = existe or departement_of(code) not in self._charges
        if connu and (any(accords) or (existe and not accords)):
            certain = any(accords)
            return code, [
                _remarque(
                    Severite.INFORMATION if certain else Severite.A_VERIFIER,
                    f"« {texte} » a perdu son zéro : lu {code}"
                    + (f" {self._name_of(code)}." if existe else "."),
                    "Rien à faire ; le fichier corrigé porte le zéro."
                    if certain
                    else "Vérifier que c'est la commune : ni nom ni département ne le confirment.",
                    "zero_perdu",
                )
            ]
        pourquoi = (
            f"mais {code} est {self._name_of(code)}, que le nom ou le département démentent"
            if existe
            else f"mais aucune commune connue n'a le code {code}"
        )
        return None, [
            _remarque(
                Severite.BLOQUANT,
                f"« {texte} » n'a que quatre chiffres : peut-être {code}, {pourquoi}.",
                "Écrire le code INSEE en cinq caractères.",
                "zero_perdu",
            )
        ]

    def _place(self, code: str) -> tuple[str | None, str | None, list[Remarque]]:
        """Return the commune of today behind a code, the absorbed code if it is one, and remarks."""
        if code in self.noms:
            return code, None, []
        if code in self.successeurs:
            return self._follow(code)
        if ville := ARRONDISSEMENTS.get(code):
            return self._whole_city(code, ville)
        if departement_of(code) == "20":
            return self._old_corsica(code)
        if departement_of(code) in _DEPARTEMENTS - self._charges:
            return None, None, [self._outside(code)]
        return None, None, [self._unknown(code)]

    def _unknown(self, code: str) -> Remarque:
        if code in self._postaux:
            return _remarque(
                Severite.BLOQUANT,
                f"{code} est un code postal, pas un code INSEE.",
                f"Écrire le code INSEE : {self._candidates(self._postaux[code])}.",
                "code_postal",
            )
        return _remarque(
            Severite.BLOQUANT,
            f"{code} n'est pas une commune et ne l'a jamais été, d'après les données chargées.",
            "Corriger le code.",
            "code_inconnu",
        )

    def _follow(self, code: str) -> tuple[str | None, str, list[Remarque]]:
        successeur = self.successeurs[code]
        population = self.populations[successeur]
        ancien = f" {self.anciens_noms[code]}" if code in self.anciens_noms else ""
        message = (
            f"{code}{ancien} a été absorbée par {successeur} {self.noms[successeur]} "
            f"({write_whole(population)} habitants) ; la date n'est pas dans les données chargées"
        )
        if self._acceptees:
            return (
                successeur,
                code,
                [
                    _remarque(
                        Severite.A_VERIFIER,
                        f"{message} : remplacée.",
                        "Vérifier que toute la commune nouvelle est de cette CPTS.",
                        ABSORBEE,
                    )
                ],
            )
        return (
            None,
            code,
            [
                _remarque(
                    Severite.BLOQUANT,
                    f"{message}.",
                    "Accepter les remplacements : la case « Remplacer », ou --accepter-absorbees.",
                    ABSORBEE,
                )
            ],
        )

    def _whole_city(self, code: str, ville: str) -> tuple[str | None, None, list[Remarque]]:
        if ville not in self.noms:
            return None, None, [self._outside(code)]
        return (
            ville,
            None,
            [
                _remarque(
                    Severite.A_VERIFIER,
                    f"{code} est un arrondissement de {ville} {self.noms[ville]} : la ville entière "
                    "est prise, et comptée une fois. Le périmètre y est indicatif tant que tous ses "
                    "arrondissements ne sont pas nommés.",
                    "Vérifier que la CPTS couvre toute la ville ; une ville partagée entre plusieurs "
                    "CPTS compte entière pour chacune.",
                    "arrondissement",
                )
            ],
        )

    def _old_corsica(self, code: str) -> tuple[str | None, None, list[Remarque]]:
        candidats = [f"{d}{code[2:]}" for d in _CORSE if f"{d}{code[2:]}" in self.noms]
        if not self._charges & set(_CORSE):
            return None, None, [self._outside(code)]
        proposes = f" : peut-être {self._candidates(candidats)}" if candidats else ""
        return (
            None,
            None,
            [
                _remarque(
                    Severite.BLOQUANT,
                    f"{code} n'est plus un code de commune : la Corse se code 2A ou 2B{proposes}.",
                    "Écrire le code INSEE (2A004), pas le code postal.",
                    "code_corse",
                )
            ],
        )

    def _outside(self, code: str) -> Remarque:
        return _remarque(
            Severite.A_VERIFIER,
            f"{code} est d'un département ({departement_of(code)}) que les données chargées n'ont "
            "pas : ligne laissée de côté.",
            "Charger les communes de ce département, sinon la CPTS est dessinée sans elle.",
            HORS_TERRITOIRE,
        )

    def _read_name(self, nom: str, departement: str, dep: str | None) -> Lecture:
        """Find a commune by its name and department, where the code is missing."""
        if not nom.strip():
            return _blocked(
                "Le code de la commune manque, et son nom aussi.",
                "Écrire le code INSEE.",
                "code_manquant",
            )
        codes = self._codes_named(nom, dep)
        if dep is None:
            quoi = f"« {departement} » ne se lit pas" if departement.strip() else "n'est pas donné"
            suite = f" : {self._candidates(codes)}" if codes else ""
            return _blocked(
                f"Le code de « {nom} » manque, et le département {quoi}.",
                f"Écrire le code INSEE{suite}.",
                "code_manquant",
            )
        if dep not in self._charges:
            hors = (
                f"Le code de « {nom} » manque, et le département {dep} n'est pas dans les données "
                "chargées : ligne laissée de côté."
            )
            remede = "Charger les communes de ce département, et écrire le code INSEE."
            remarque = _remarque(Severite.A_VERIFIER, hors, remede, HORS_TERRITOIRE)
            return Lecture(None, None, (remarque,))
        actuels = {self.successeurs.get(code, code) for code in codes}
        if not codes:
            return _blocked(
                f"Le code de « {nom} » manque, et aucune commune du département {dep} n'a ce nom.",
                "Écrire le code INSEE, ou le nom officiel.",
                "code_manquant",
            )
        if len(actuels) > 1:
            return _blocked(
                f"Le code de « {nom} » manque, et plusieurs communes du département {dep} portent "
                "ou portaient ce nom.",
                f"Écrire le code INSEE : {self._candidates(codes)}.",
                "homonymes",
            )
        trouve, absorbee, suite_ = self._place(codes[0])
        remarque = _remarque(
            Severite.INFORMATION,
            f"Le code de « {nom} » manque : {codes[0]} trouvé par le nom et le département {dep}.",
            "Rien à faire ; le fichier corrigé porte le code.",
            "code_par_nom",
        )
        return Lecture(trouve, absorbee, (remarque, *suite_))

    def _codes_named(self, nom: str, dep: str | None = None) -> list[str]:
        """Return those (of a department) that bear a name to the letter, failing that without articles."""
        codes = [
            code
            for code in self._codes_par_nom.get(_words(nom), [])
            if dep is None or dep not in self._charges or departement_of(code) == dep
        ]
        exact = sort_key(nom)
        return [code for code in codes if sort_key(self._name_of(code)) == exact] or codes

    def _check_name(self, commune: str, code: str, nom: str) -> list[Remarque]:
        # The names of old mergers are not all published, and those of arrondissements are numbers.
        sans_nom = code not in self.noms and code not in self.anciens_noms
        if sans_nom or not nom.strip() or self._bears(commune, nom):
            return []
        autres = [autre for autre in self._codes_named(nom) if autre != commune]
        suite = f" (ce nom est celui de {self._candidates(autres)})" if autres else ""
        return [
            Remarque(
                "commune",
                Severite.A_VERIFIER,
                f"{commune} est {self.noms[commune]}, et la ligne dit « {nom} »{suite} : c'est le "
                "code qui est suivi.",
                "Corriger le code ou le nom.",
                "nom_discordant",
            )
        ]

    def _check_departement(self, commune: str, departement: str, dep: str | None) -> list[Remarque]:
        if dep is None or dep == self._departements[commune]:
            return []
        return [
            Remarque(
                "departement",
                Severite.A_VERIFIER,
                f"{commune} {self.noms[commune]} est dans le département "
                f"{self._departements[commune]}, et la ligne dit « {departement} » : c'est le code "
                "qui est suivi.",
                "Corriger le code ou le département.",
                "departement_discordant",
            )
        ]

    def _bears(self, code: str, nom: str) -> bool:
        """Tell whether a commune bears a name, or holds one that bore it."""
        actuel = self.successeurs.get(code, code)
        propre = self.noms[actuel]
        if nom == propre:
            return True
        mots = _words(nom)
        return mots == _words(propre) or mots in self._anciens_mots.get(actuel, set())

    def _name_of(self, code: str) -> str:
        return self.noms.get(code) or self.anciens_noms.get(code, "commune absorbée")

    def _candidates(self, codes: Iterable[str]) -> str:
        return enumerate_first(
            f"{code} {self._name_of(code)} ({departement_of(code)})" for code in sorted(set(codes))
        )


def _remarque(severite: Severite, message: str, remede: str, genre: Genre) -> Remarque:
    return Remarque("code_commune", severite, message, remede, genre)


def _blocked(message: str, remede: str, genre: Genre) -> Lecture:
    return Lecture(None, None, (_remarque(Severite.BLOQUANT, message, remede, genre),))
