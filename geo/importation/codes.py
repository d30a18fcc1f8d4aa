"""Find the commune that a row of a table speaks of, and say all that was doubtful about it."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from geo.erreurs import Severite
from geo.importation.contenus import AVANT_UN_IRIS
from geo.importation.places import ARRONDISSEMENTS, leave_aside, place
from geo.importation.remarque import Lecture, Remarque, block, tell
from geo.lecture.cog import find_commune
from geo.lecture.communes import departement_of
from geo.lecture.departements import load_departements
from geo.lecture.ecritures import is_same_name, read_name, split_code
from geo.recherche.repertoire import Repertoire
from geo.texte import sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.atlas import Atlas

# What the planner says of a column of codes: INSEE codes, postcodes, or nothing.
Codes = Literal["", "insee", "postaux"]
INSEE: Codes = "insee"
POSTAUX: Codes = "postaux"
CODES: tuple[Codes, ...] = (INSEE, POSTAUX)

_COLLECTIVITES = ("975", "977", "978", "984", "986", "987", "988", "989")
_DEPARTEMENT = re.compile(r"0?(2[AB]|97[1-8]|98[4-9]|[0-9]{1,2})(?![0-9])", re.IGNORECASE)
_DEPARTEMENT_ENTRE_PARENTHESES = re.compile(r"\((2[AB]|97[1-8]|98[4-9]|[0-9]{2})\)", re.IGNORECASE)
_LONGUEUR = 5
_ENTRE_COMMUNES = re.compile(r"\s+-\s+|\s*[/+&,;]\s*|\s+et\s+")
_HAUTE = re.compile(r"^hte\b")
# « Dpt 70 »
_AVANT_UN_CODE = re.compile(r"^(d[ée]p(artemen)?t?|dpt)\.?\s*(n°)?\s*(?=[0-9])", re.IGNORECASE)
_ARRONDI = re.compile(r"[0-9]([.,][0-9]*)?E\+?[0-9]+", re.IGNORECASE)


class Referentiel:
    """The communes of an atlas, as the rows of a table name them.

    Parameters
    ----------
    atlas
        The atlas.
    absorbees_acceptees
        Whether absorbed codes are replaced by their successors.
    codes
        What the planner says that the codes are; where nothing is said, the name beside decides.
    """

    def __init__(self, atlas: Atlas, *, absorbees_acceptees: bool, codes: Codes = "") -> None:
        self._atlas = atlas
        self._acceptees = absorbees_acceptees
        self._codes = codes
        self.repertoire = Repertoire(atlas)

    @cached_property
    def _departements_par_nom(self) -> dict[str, str]:
        noms = {code: dep.nom for code, dep in load_departements().items()}
        noms |= {str(code): nom for code, nom in self._atlas.departements["nom"].items()}
        return {sort_key(nom): code for code, nom in noms.items()}

    @cached_property
    def _departements(self) -> frozenset[str]:
        return frozenset({*load_departements(), *_COLLECTIVITES})

    def read(self, texte: str, nom: str, departement: str) -> Lecture:
        """Find the commune of one row.

        Parameters
        ----------
        texte, nom, departement
            Cells of the code, the name and the department; empty where the table has none.
        """
        connus = self.repertoire
        if connus.noms.get(texte) == nom and connus.departements[texte] == departement:
            return Lecture(texte, None, ())
        lue = self._read(texte, nom, departement)
        ecrite = next((t for t in (nom, texte) if "?" in t), "")
        if not ecrite or lue.code is None:
            return lue
        doute = Remarque(
            "commune" if ecrite == nom else "code_commune",
            Severite.A_VERIFIER,
            f"« {ecrite} » est écrit avec un doute, et lu {lue.code} {connus.noms[lue.code]}.",
            "Ôter la ligne si la commune n'en est pas ; sinon ôter le point d'interrogation.",
            "commune_douteuse",
        )
        return lue._replace(remarques=(*lue.remarques, doute))

    def _read(self, texte: str, nom: str, departement: str) -> Lecture:
        dep = self.read_departement(departement)
        ecrit, colonne = texte, "code_commune"
        if not texte.strip():
            ecrit, colonne = nom, "commune"
        code, reste = split_code(ecrit)
        if colonne == "commune":
            if len(code) < _LONGUEUR:
                return self._read_name(nom, departement, dep)
            nom = reste
        else:
            nom = split_code(nom)[1] if nom.strip() else reste
        if not code:
            return _illegible(texte)
        if len(code) < _LONGUEUR:
            return self._restore_zero(texte, f"0{code}", nom, departement, dep)
        propre = [] if code == texte else [_cleaned(ecrit, code, colonne)]
        return self._read_code(code, nom, departement, dep, propre)

    def only_postal(self, rangees: Iterable[tuple[str, str]]) -> frozenset[str]:
        """Return the codes of a table if they have no name beside and may all be postcodes.

        Parameters
        ----------
        rangees
            Cells of the code and the name of every row.

        Returns
        -------
        frozenset
            Empty where the planner said what the codes are, where a name stands beside one of them,
            or where one is that of a commune and no postcode.
        """
        postaux, autres = set[str](), set[str]()
        for texte, nom in rangees:
            code, reste = split_code(texte)
            if self._codes or nom.strip() or reste or not texte.strip():
                return frozenset()
            if code in self.repertoire.postaux:
                postaux.add(code)
            elif find_commune(code) or code in self.repertoire.noms:
                return frozenset()
            else:
                autres.add(texte)
        return frozenset(postaux) if len(postaux) > len(autres) else frozenset()

    def departement_named(self, texte: str, departement: str) -> str | None:
        """Return the department that a row names, by the code of its commune or in so many words."""
        return self.repertoire.departements.get(texte.strip()) or self.read_departement(departement)

    def read_departement(self, texte: str) -> str | None:
        """Return the code of a department given by code, by name, or both."""
        propre = _AVANT_UN_CODE.sub("", texte.strip())
        trouve = _DEPARTEMENT.match(propre) or _DEPARTEMENT_ENTRE_PARENTHESES.search(propre)
        code = (
            trouve[1].upper().zfill(2)
            if trouve
            else self._departements_par_nom.get(_HAUTE.sub("haute", sort_key(propre)), "")
        )
        return code if code in self._departements else None

    def _read_code(
        self, code: str, nom: str, departement: str, dep: str | None, avant: list[Remarque]
    ) -> Lecture:
        """Find the commune of a code of five characters, and weigh what stands beside."""
        postal = self._read_postal(code, nom)
        if postal is not None:
            return postal
        lue = place(code, self.repertoire, absorbees_acceptees=self._acceptees)
        remarques = [*avant, *lue.remarques]
        if lue.code is None:
            return Lecture(None, lue.absorbee, tuple(remarques))
        remarques += self._check_name(lue.code, code, nom)
        remarques += self._check_departement(lue.code, departement, dep)
        partie = self._part_named(lue.code, nom)
        if partie:
            remarques.append(self._partly(lue.code, nom, partie))
        return Lecture(
            lue.code,
            lue.absorbee,
            tuple(remarques),
            code
            if code in ARRONDISSEMENTS and not partie.startswith(AVANT_UN_IRIS)
            else partie or None,
        )

    def _read_postal(self, code: str, nom: str) -> Lecture | None:
        """Read a postcode by the name beside it; nothing where the code is not one, or is not to be."""
        connus = self.repertoire
        desservies = connus.postaux.get(code, ())
        if not desservies or self._codes == INSEE:
            return None
        if self._codes != POSTAUX:
            if not nom.strip():
                return None
            if code in connus.noms and (connus.bears(code, nom) or connus.is_near(code, nom)):
                return None
            ailleurs = None if code in connus.noms else find_commune(code)
            if ailleurs is not None and is_same_name(ailleurs.nom, nom):
                return None
        portent = connus.served(code, nom) if nom.strip() else list(desservies)
        if len(portent) == 1:
            [commune] = portent
            pourquoi = "le nom décide" if nom.strip() else "seule commune de ce code"
            partie = self._part_named(commune, nom)
            remarques = [
                tell(
                    Severite.A_VERIFIER,
                    f"{code} est le code postal de {commune} {connus.noms[commune]} : {pourquoi}, lu "
                    f"{commune}.",
                    "Vérifier la commune ; le fichier corrigé porte le code INSEE.",
                    "code_postal_lu",
                )
            ]
            if partie:
                remarques.append(self._partly(commune, nom, partie))
            return Lecture(commune, None, tuple(remarques), partie or None)
        departement = departement_of(desservies[0])
        candidats = portent or (
            connus.named(nom, departement) or connus.propose(nom, departement)
            if nom.strip()
            else []
        )
        candidats = candidats or list(desservies)
        aussi = f", et le code INSEE de {connus.noms[code]}" if code in connus.noms else ""
        dit = f" ; la ligne dit « {nom} »" if nom.strip() else ""
        return block(
            f"{code} est un code postal{aussi}{dit}.",
            f"Écrire le code INSEE : {connus.list_candidates(candidats)}.",
            "code_postal",
        )

    def _restore_zero(
        self, texte: str, code: str, nom: str, departement: str, dep: str | None
    ) -> Lecture:
        connus = self.repertoire
        charge = code in connus.noms or code in connus.successeurs
        commune = None if charge else find_commune(code)
        if commune is not None and commune.code not in connus.noms:
            return self._read_code(code, nom, departement, dep, [])
        accords = []
        if dep is not None:
            accords.append(dep == departement_of(code))
        if nom.strip() and charge:
            accords.append(connus.bears(code, nom))
        if charge and (any(accords) or not accords):
            certain = any(accords)
            lu = tell(
                Severite.INFORMATION if certain else Severite.A_VERIFIER,
                f"« {texte} » a perdu son zéro : lu {code} {connus.name_of(code)}.",
                "Rien à faire ; le fichier corrigé porte le zéro."
                if certain
                else "Vérifier que c'est la commune : ni nom ni département ne le confirment.",
                "zero_perdu",
            )
            return self._read_code(code, nom, departement, dep, [lu])
        pourquoi = (
            f"mais {code} est {connus.name_of(code)}, que le nom ou le département démentent"
            if charge
            else f"mais aucune commune n'a ni n'avait le code {code}"
        )
        return block(
            f"« {texte} » n'a que quatre chiffres : peut-être {code}, {pourquoi}.",
            "Écrire le code INSEE en cinq caractères.",
            "zero_perdu",
        )

    def _read_name(self, nom: str, departement: str, dep: str | None) -> Lecture:
        """Find a commune by its name and department, where the code is missing."""
        connus = self.repertoire
        if not nom.strip():
            return block(
                "Le code de la commune manque, et son nom aussi.",
                "Écrire le code INSEE.",
                "code_manquant",
            )
        dep = dep or self.read_departement(read_name(nom).departement)
        # A code in the column of the departments, of the commune that stands beside it.
        code = departement.strip()
        if dep is None and code in connus.noms and connus.bears(code, nom):
            dep = departement_of(code)
        codes = connus.named(nom, dep)
        if dep is None:
            quoi = f"« {departement} » ne se lit pas" if departement.strip() else "n'est pas donné"
            candidats = codes or connus.propose(nom, None)
            return block(
                f"Le code de « {nom} » manque, et le département {quoi}.",
                f"Écrire le code INSEE{self._offer(candidats)}.",
                "code_manquant",
            )
        if dep not in connus.charges:
            return Lecture(None, None, (leave_aside(f"« {nom} », sans code", dep),))
        actuels = {connus.successeurs.get(code, code) for code in codes}
        if not codes:
            return self._not_found(nom, dep)
        if len(actuels) > 1:
            return block(
                f"Le code de « {nom} » manque, et plusieurs communes du département {dep} portent "
                "ou portaient ce nom.",
                f"Écrire le code INSEE : {connus.list_candidates(codes)}.",
                "homonymes",
            )
        lue = place(codes[0], connus, absorbees_acceptees=self._acceptees)
        remarques = [
            tell(
                Severite.INFORMATION,
                f"Le code de « {nom} » manque : {codes[0]} trouvé par le nom et le département {dep}.",
                "Rien à faire ; le fichier corrigé porte le code.",
                "code_par_nom",
            ),
            *lue.remarques,
        ]
        partie = self._part_named(lue.code, nom) if lue.code else ""
        if lue.code and partie:
            remarques.append(self._partly(lue.code, nom, partie))
        return Lecture(lue.code, lue.absorbee, tuple(remarques), partie or None)

    def _not_found(self, nom: str, dep: str) -> Lecture:
        """Refuse a name that no commune of a department has, or that is that of several."""
        connus = self.repertoire
        parties = [partie for partie in _ENTRE_COMMUNES.split(nom) if partie]
        if len(parties) > 1 and all(connus.named(partie, dep) for partie in parties):
            return block(
                f"« {nom} » nomme {len(parties)} communes.",
                "Écrire une ligne pour chacune, ou une ligne par CPTS avec ses communes séparées par des virgules.",
                "code_manquant",
            )
        return block(
            f"Le code de « {nom} » manque, et aucune commune du département {dep} n'a ce nom.",
            f"Écrire le code INSEE, ou le nom officiel{self._offer(connus.propose(nom, dep))}.",
            "code_manquant",
        )

    def _offer(self, codes: list[str]) -> str:
        return f" ; peut-être {self.repertoire.list_candidates(codes)}" if codes else ""

    def _part_named(self, commune: str, nom: str) -> str:
        """Return the part of a commune that a name speaks of, empty where it is the whole."""
        lu = read_name(nom) if nom.strip() and nom != self.repertoire.noms[commune] else None
        autre = lu is not None and lu.nom and not self.repertoire.bears(commune, lu.nom)
        return "" if lu is None or autre else lu.partie

    def _partly(self, commune: str, nom: str, partie: str) -> Remarque:
        return Remarque(
            "commune",
            Severite.A_VERIFIER,
            f"« {nom} » : {commune} {self.repertoire.noms[commune]} n'y est qu'en partie ({partie}). Elle "
            "est dessinée entière, et son périmètre est indicatif.",
            "Vérifier le partage : elle compte entière pour chaque CPTS, et une fois dans les totaux, "
            "tant que la table n'en donne pas les IRIS ou les arrondissements, chacun à une CPTS.",
            "partielle",
        )

    def _check_name(self, commune: str, code: str, nom: str) -> list[Remarque]:
        connus = self.repertoire
        # The names of old mergers are not all published, and those of arrondissements are numbers.
        sans_nom = code not in connus.noms and code not in connus.anciens_noms
        if sans_nom or not read_name(nom).nom or connus.bears(commune, nom):
            return []
        autres = [autre for autre in connus.named(nom) if autre != commune]
        suite = f" (ce nom est celui de {connus.list_candidates(autres)})" if autres else ""
        return [
            Remarque(
                "commune",
                Severite.A_VERIFIER,
                f"{commune} est {connus.noms[commune]}, et la ligne dit « {nom} »{suite} : c'est le "
                "code qui est suivi.",
                "Corriger le code ou le nom.",
                "nom_discordant",
            )
        ]

    def _check_departement(self, commune: str, departement: str, dep: str | None) -> list[Remarque]:
        connus = self.repertoire
        if dep is None or dep == connus.departements[commune]:
            return []
        return [
            Remarque(
                "departement",
                Severite.A_VERIFIER,
                f"{commune} {connus.noms[commune]} est dans le département "
                f"{connus.departements[commune]}, et la ligne dit « {departement} » : c'est le code "
                "qui est suivi.",
                "Corriger le code ou le département.",
                "departement_discordant",
            )
        ]


def _cleaned(ecrit: str, code: str, colonne: str) -> Remarque:
    return Remarque(
        colonne,
        Severite.INFORMATION,
        f"« {ecrit} » est lu {code}.",
        "Rien à faire ; le fichier corrigé porte le code en cinq caractères.",
        "code_nettoye",
    )


def _illegible(texte: str) -> Lecture:
    if _ARRONDI.fullmatch("".join(texte.split())):
        return block(
            f"« {texte} » est un code que le tableur a arrondi : plusieurs lectures sont possibles.",
            "Mettre la colonne au format texte, et réécrire les codes INSEE.",
            "code_illisible",
        )
    return block(
        f"« {texte} » n'a pas la forme d'un code de commune.",
        "Écrire les cinq caractères du code INSEE (70311, 2A004).",
        "code_illisible",
    )
