"""The registry of indicators: one declaration a file, and nothing else to touch to add one.

A folder of data may bring its own ``indicateurs/``; otherwise the declarations are those of the
application.
"""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.erreurs import Probleme, Severite

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

DOSSIER = "indicateurs"
LIVRES = Path(__file__).resolve().parents[2] / "data" / DOSSIER

STOCK = "stock"
TAUX = "taux"
ECART = "ecart"
CATEGORIE = "categorie"
NATURES = (STOCK, TAUX, ECART, CATEGORIE)

# Where an indicator is shown.
ECRANS = ("carte", "panneau", "fiche", "comparaison", "barres", "rangs", "tableau", "couche")
PALETTES = ("bleus", "divergente")

# Each way to compute, with what its declaration must say; a key with a value is an option.
SOMME = "somme"
RAPPORT = "rapport"
MOYENNE = "moyenne"
MAXIMUM = "maximum"
PART_DU_MAXIMUM = "part_du_maximum"
DISTINCTS = "distincts"
COUVERTURE = "couverture"
PUBLIE = "publie"
DIFFERENCE = "ecart"
TAILLE = "taille"
ETAPE = "etape"
IDENTITE = "identite"
METHODES: dict[str, dict[str, Any]] = {
    SOMME: {"variable": MISSING},
    RAPPORT: {"numerateur": MISSING, "denominateur": MISSING, "facteur": 1, "annees": None},
    MOYENNE: {"variable": MISSING, "poids": MISSING},
    MAXIMUM: {"variable": MISSING},
    PART_DU_MAXIMUM: {"variable": MISSING},
    DISTINCTS: {"colonne": MISSING},
    COUVERTURE: {"etat": MISSING, "perimetres": MISSING},
    PUBLIE: {"par_base": False},
    DIFFERENCE: {"calcule": MISSING, "annonce": MISSING},
    TAILLE: {"de": MISSING},
    ETAPE: {},
    IDENTITE: {},
}
# Those that add up variables of communes: they are computed for every territory at once.
ADDITIVES = (SOMME, RAPPORT, MOYENNE)
# Those that any set of communes has; what is published, and what is set against it, is of a CPTS.
DE_COMMUNES = (*ADDITIVES, MAXIMUM, PART_DU_MAXIMUM, DISTINCTS, COUVERTURE)


@dataclass(frozen=True)
class Indicateur:
    """One declaration.

    Attributes
    ----------
    identifiant
        The name of its file.
    ordre
        Its place among the others.
    libelle
        Its name in a list of indicators, whole; ``{millesime}`` in it is replaced by the vintage.
    nature
        One of :data:`NATURES`: a stock is drawn as circles, a rate as fills.
    calcul
        ``methode``, one of :data:`METHODES`, and its parameters.
    ecrans
        Where it is shown, among :data:`ECRANS`.
    libelle_court, titre, colonne, nom
        Its name in the choice of colours, over the legend, over a column, and in a sentence; by
        default those before.
    unite
        What its numbers count, as tables write it; by default the plural of `noms`.
    noms
        The noun counted, singular and plural.
    abrege
        The unit beside a number, where there is little room; by default `unite`.
    feminin
        Whether the noun counted is feminine: « communes annoncées ».
    absence
        How a table says that it is not published.
    objet
        In a word, what a source is cited for.
    predicats
        What a share is of, said of one and of several: « n'a pas de… », « n'ont pas de… ».
    adresse
        Its name in addresses; by default the identifier.
    decimales, decimales_carte
        How many are written; on the map and its panel, if different.
    signe
        Whether a positive value is written with its sign.
    millesime, sources
        Vintage and ``source_id`` of a computed figure; of a published one, both are its fact's.
    annonce
        The published indicator that says the same thing.
    bornes
        Fixed bounds of its classes, increasing; without them, classes of equal count.
    palette
        One of :data:`PALETTES`.
    note
        What the legend adds to the method of its classes.
    """

    identifiant: str
    ordre: int
    libelle: str
    nature: str
    calcul: Mapping[str, Any]
    ecrans: tuple[str, ...]
    libelle_court: str = ""
    titre: str = ""
    colonne: str = ""
    nom: str = ""
    unite: str = ""
    noms: tuple[str, ...] = ()
    abrege: str = ""
    feminin: bool = False
    absence: str = "non publié"
    objet: str = ""
    predicats: tuple[str, ...] = ()
    adresse: str = ""
    decimales: int = 0
    decimales_carte: int = -1
    signe: bool = False
    millesime: str = ""
    sources: tuple[str, ...] = ()
    annonce: str = ""
    bornes: tuple[float, ...] = ()
    palette: str = "bleus"
    note: str = ""

    @property
    def methode(self) -> str:
        """How it is computed."""
        return str(self.calcul["methode"])

    @property
    def variables(self) -> frozenset[str]:
        """The variables of communes that it is computed from."""
        cles = ("variable", "poids", "numerateur", "denominateur")
        return frozenset(self.calcul[cle] for cle in cles if cle in self.calcul)

    @property
    def par_base(self) -> bool:
        """Whether its values differ by whose they are (« des plus de 17 ans »)."""
        return bool(self.calcul.get("par_base", False))

    @property
    def de_communes(self) -> bool:
        """Whether any set of communes has it."""
        return self.methode in DE_COMMUNES

    @property
    def en_pct(self) -> bool:
        """Whether its unit is a share: two of them differ by points."""
        return self.unite.startswith("%")

    @property
    def relatif(self) -> bool:
        """Whether a difference in per cent of another value means something.

        It does not of a share, nor of a count of a few units.
        """
        return not (self.en_pct or self.nature in {ECART, CATEGORIE} or self.methode == DISTINCTS)


@dataclass(frozen=True, slots=True)
class Millesimes:
    """Of which years the data are.

    Attributes
    ----------
    population, communes
        The year of the reference populations, and of the list of communes (COG).
    source
        The ``source_id`` of both.
    """

    population: str
    communes: str
    source: str


@dataclass(frozen=True)
class Registre:
    """Every indicator, in order.

    Attributes
    ----------
    indicateurs
        By identifier.
    """

    indicateurs: Mapping[str, Indicateur] = field(default_factory=dict)

    def __getitem__(self, identifiant: str) -> Indicateur:
        """Return an indicator by its identifier."""
        return self.indicateurs[identifiant]

    def __iter__(self) -> Iterator[Indicateur]:
        """Iterate in order."""
        return iter(self.indicateurs.values())

    def on(self, ecran: str) -> tuple[Indicateur, ...]:
        """List those shown somewhere; on the map, what has a name comes before what is measured."""
        siens = [indicateur for indicateur in self if ecran in indicateur.ecrans]
        if ecran == "carte":
            siens.sort(key=lambda indicateur: indicateur.nature != CATEGORIE)
        return tuple(siens)

    @property
    def millesimes(self) -> Millesimes:
        """The years of what every computed figure rests on, and their source."""
        population = self["population"]
        return Millesimes(population.millesime, self["communes"].millesime, population.sources[0])

    def announced(self) -> tuple[Indicateur, ...]:
        """List those computed from communes of which sources announce the same thing."""
        return tuple(i for i in self if i.annonce and i.de_communes)

    def counts(self) -> tuple[Indicateur, ...]:
        """List the published figures that have neither base nor computed counterpart."""
        annonces = {calcul.annonce for calcul in self.announced()}
        return tuple(
            i for i in self.published() if not i.par_base and i.identifiant not in annonces
        )

    def published(self) -> tuple[Indicateur, ...]:
        """List those that sources publish of a CPTS, which have a number."""
        return tuple(indicateur for indicateur in self if indicateur.methode == PUBLIE)

    def parse(self, adresse: str) -> tuple[Indicateur, str | None]:
        """Find the indicator that an address names, and the base after its hyphen.

        Raises
        ------
        KeyError
            If no indicator of the map has that name.
        """
        nom, _, base = adresse.partition("-")
        par_adresse = {indicateur.adresse: indicateur for indicateur in self.on("carte")}
        return par_adresse[nom], base or None


def find_registre(data_dir: Path) -> Path:
    """Return the folder of the declarations that a folder of data is read with."""
    propre = data_dir / DOSSIER
    return propre if propre.is_dir() else LIVRES


def load_registre(dossier: Path, variables: Collection[str]) -> tuple[Registre, list[Probleme]]:
    """Read every declaration of a folder.

    Parameters
    ----------
    dossier
        Holds one ``<identifiant>.toml`` an indicator.
    variables
        The variables of communes that are there. An indicator that wants another one is not
        offered: a folder of data may well lack it.

    Returns
    -------
    tuple
        What can be computed, a ``BLOQUANT`` problem for each fault, and an ``INFORMATION`` for each
        indicator that is not offered.
    """
    indicateurs, problemes = [], []
    for chemin in sorted(dossier.glob("*.toml")):
        try:
            lue = tomllib.loads(chemin.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as erreur:
            problemes.append(_problem(chemin, f"illisible ({erreur})", "Corriger sa syntaxe TOML."))
            continue
        fautes = _faults(lue)
        problemes += [_problem(chemin, *faute) for faute in fautes]
        if not fautes:
            indicateurs.append(_make(chemin.stem, lue))
    connues = set(variables)
    manquantes = {i.identifiant: i.variables - connues for i in indicateurs}
    sans = [
        Probleme(
            Severite.INFORMATION,
            f"{DOSSIER}/{identifiant}.toml",
            f"Indicateur non proposé : {', '.join(sorted(absentes))} n'est dans aucune table de variables.",
            "Ajouter cette colonne à une table de variables/, ou corriger son nom.",
        )
        for identifiant, absentes in manquantes.items()
        if absentes
    ]
    indicateurs = [i for i in indicateurs if not manquantes[i.identifiant]]
    indicateurs.sort(key=lambda indicateur: (indicateur.ordre, indicateur.identifiant))
    registre = Registre({indicateur.identifiant: indicateur for indicateur in indicateurs})
    if not problemes:
        problemes = _dangling(registre, dossier)
    return registre, problemes + sans


def _problem(chemin: Path, message: str, remede: str) -> Probleme:
    nom = f"{chemin.parent.name}/{chemin.name}"
    return Probleme(Severite.BLOQUANT, nom, f"Indicateur : {message}.", remede)


_TYPES: dict[str, type | tuple[type, ...]] = {
    "int": int,
    "str": str,
    "bool": bool,
    "tuple[str, ...]": list,
    "tuple[float, ...]": list,
    "Mapping[str, Any]": dict,
}
_CHAMPS = {champ.name: champ for champ in fields(Indicateur) if champ.name != "identifiant"}


def _faults(lue: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List what is wrong with one declaration, each with its remedy."""
    fautes = [
        (f"clé inconnue « {cle} »", f"L'ôter, ou écrire l'une de : {', '.join(_CHAMPS)}.")
        for cle in lue
        if cle not in _CHAMPS
    ]
    for nom, champ in _CHAMPS.items():
        if nom not in lue:
            if champ.default is MISSING:
                fautes.append((f"« {nom} » manque", f"Ajouter la clé {nom}."))
        elif not isinstance(lue[nom], _TYPES[str(champ.type)]):
            fautes.append((f"« {nom} » n'est pas du bon type", f"Voir data/README.md pour {nom}."))
    if fautes:
        return fautes
    for nom, valeurs, admises in (
        ("nature", [lue["nature"]], NATURES),
        ("ecrans", lue["ecrans"], ECRANS),
        ("palette", [lue.get("palette", PALETTES[0])], PALETTES),
        ("calcul.methode", [lue["calcul"].get("methode", "")], tuple(METHODES)),
    ):
        fautes += [
            (f"{nom} = « {valeur} » inconnu", f"Écrire l'une de : {', '.join(admises)}.")
            for valeur in valeurs
            if valeur not in admises
        ]
    parametres = METHODES.get(lue["calcul"].get("methode", ""), {})
    fautes += [
        (f"calcul.{nom} manque", f"Ajouter {nom} sous [calcul].")
        for nom, defaut in parametres.items()
        if defaut is MISSING and nom not in lue["calcul"]
    ]
    fautes += [
        (f"calcul.{nom} n'a pas de sens pour cette méthode", "L'ôter.")
        for nom in lue["calcul"]
        if parametres and nom != "methode" and nom not in parametres
    ]
    bornes = lue.get("bornes", [])
    if bornes != sorted(set(bornes)):
        fautes.append(
            ("bornes qui ne croissent pas", "Les écrire de la plus basse à la plus haute.")
        )
    return fautes


def _make(identifiant: str, lue: Mapping[str, Any]) -> Indicateur:
    declaration: dict[str, Any] = {
        nom: tuple(valeur) if isinstance(valeur, list) else valeur for nom, valeur in lue.items()
    }
    methode = METHODES[lue["calcul"]["methode"]]
    defauts = {nom: defaut for nom, defaut in methode.items() if defaut is not MISSING}
    declaration["calcul"] = defauts | lue["calcul"]
    libelle, millesime = lue["libelle"], lue.get("millesime", "")
    noms = lue.get("noms", [""])
    unite = lue.get("unite", noms[-1])
    textes = {
        "libelle": libelle,
        "libelle_court": lue.get("libelle_court", libelle),
        "titre": lue.get("titre", libelle),
        "colonne": lue.get("colonne", libelle),
        "nom": lue.get("nom", libelle),
    }
    return Indicateur(
        **declaration
        | {nom: texte.replace("{millesime}", millesime) for nom, texte in textes.items()}
        | {
            "identifiant": identifiant,
            "unite": unite,
            "abrege": lue.get("abrege", unite),
            "adresse": lue.get("adresse", identifiant),
            "decimales_carte": lue.get("decimales_carte", lue.get("decimales", 0)),
        }
    )


def _dangling(registre: Registre, dossier: Path) -> list[Probleme]:
    """Report the declarations that name an indicator which is not declared."""
    problemes = []
    for indicateur in registre:
        cites = {
            "annonce": indicateur.annonce,
            **{f"calcul.{nom}": indicateur.calcul.get(nom, "") for nom in ("de", "calcule")},
            "calcul.annonce": indicateur.calcul.get("annonce", ""),
        }
        problemes += [
            _problem(
                dossier / f"{indicateur.identifiant}.toml",
                f"{nom} = « {cite} » n'est pas déclaré",
                f"Ajouter {cite}.toml, ou corriger le nom.",
            )
            for nom, cite in cites.items()
            if cite and cite not in registre.indicateurs
        ]
    return problemes
