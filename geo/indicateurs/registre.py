"""The registry of indicators: what each is, how it is computed, and where it is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geo.indicateurs.series import identify, strip_year, suffix_year
from geo.indicateurs.unites import POUR_CENT, read_unite

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from geo.indicateurs.series import Identite

STOCK = "stock"
TAUX = "taux"
ECART = "ecart"
CATEGORIE = "categorie"
NATURES = (STOCK, TAUX, ECART, CATEGORIE)

# Where an indicator is shown.
ECRANS = ("carte", "panneau", "fiche", "comparaison", "barres", "rangs", "tableau", "couche")
PALETTES = ("bleus", "divergente")
# Whether more of it is better or worse for the inhabitants; empty where neither can be said.
HAUT, BAS = "haut", "bas"
SENS = ("", HAUT, BAS)
# What an indicator is about: health leads where they are listed side by side.
SANTE = "sante"
POPULATION = "population"
COUVERTS = "couverture"
TERRITOIRE = "territoire"
PROJET = "projet"
AUTRES = "autres"
THEMES = (SANTE, POPULATION, COUVERTS, TERRITOIRE, PROJET, AUTRES)

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
# What an official file gives and nothing adds up: by commune, or by department, region and France.
PAR_COMMUNE = "par_commune"
PAR_DEPARTEMENT = "par_departement"
# Those that add up variables of communes: they are computed for every territory at once.
ADDITIVES = (SOMME, RAPPORT, MOYENNE)
# Those that any set of communes has; what is published, and what is set against it, is of a CPTS.
DE_COMMUNES = (
    *ADDITIVES,
    MAXIMUM,
    PART_DU_MAXIMUM,
    DISTINCTS,
    COUVERTURE,
    PAR_COMMUNE,
    PAR_DEPARTEMENT,
)


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
        One of :data:`NATURES`: a stock is drawn as circles (but for its negative values), a rate as fills.
    calcul
        ``methode``, one of :data:`METHODES`, and its parameters.
    ecrans
        Where it is shown, among :data:`ECRANS`.
    theme
        What it is about, one of :data:`THEMES`: the comparison groups its rows by it.
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
    serie
        Of an official figure, its name without the vintage. Those of one series have one :attr:`identite` too:
        they differ by the year alone.
    base
        Of an official figure, whose share or mean it is.
    colonnes
        Of an official figure, the titles in its file: of the value or the numerator, then of what
        weighs or divides it.
    licence
        Under which an official figure is published; empty where its file does not say.
    sens
        One of :data:`SENS`.
    definition
        What an official figure is, in one sentence; empty where nothing says it.
    seuil_alerte
        Beyond which the value of a commune deserves a look, on the side that `sens` calls the worse one, below
        where it calls none; ``None`` where the reader has to say it.
    """

    identifiant: str
    ordre: int
    libelle: str
    nature: str
    calcul: Mapping[str, Any]
    ecrans: tuple[str, ...]
    theme: str = AUTRES
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
    serie: str = ""
    base: str = ""
    colonnes: tuple[str, ...] = ()
    licence: str = ""
    sens: str = ""
    definition: str = ""
    seuil_alerte: float | None = None

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
    def officiel(self) -> bool:
        """Whether it comes from an official file that was imported."""
        return bool(self.serie)

    @property
    def identite(self) -> Identite:
        """What it shares with the other years of its series."""
        return identify(self.nom, self.unite, self.nature, self.base, self.definition)

    @property
    def is_part(self) -> bool:
        """Whether it divides a part by its whole, so that an interval can be given; an exact share needs none."""
        calcul = self.calcul
        return (
            self.methode == RAPPORT
            and calcul["facteur"] == POUR_CENT
            and not (calcul["annees"] or calcul["exact"])
        )

    @property
    def is_solde(self) -> bool:
        """Whether it is a balance: a count of which parts are negative, so that a missing one may lower it."""
        return self.nature == STOCK and self.signe

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
        return read_unite(self.unite).en_pct

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
        """List those shown somewhere; on the map, what has a name comes before what is measured.

        Of a series, the map has every year; the other screens have the latest one alone.
        """
        siens = [indicateur for indicateur in self if ecran in indicateur.ecrans]
        if ecran == "carte":
            return tuple(sorted(siens, key=lambda indicateur: indicateur.nature != CATEGORIE))
        return tuple(indicateur for indicateur in siens if self.is_latest(indicateur))

    @property
    def millesimes(self) -> Millesimes:
        """The years of what every computed figure rests on, and their source."""
        population = self["population"]
        return Millesimes(population.millesime, self["communes"].millesime, population.sources[0])

    def announced(self) -> tuple[Indicateur, ...]:
        """List those computed from communes of which sources announce the same thing."""
        return tuple(i for i in self if i.annonce and i.de_communes)

    def basis(self, indicateur: Indicateur) -> Indicateur:
        """Return what a figure is made from: of a difference and of a size class the other figure, else itself."""
        calcul = indicateur.calcul
        autre = calcul.get("calcule", calcul.get("de"))
        return self[autre] if autre else indicateur

    def counts(self) -> tuple[Indicateur, ...]:
        """List the published figures that have neither base nor computed counterpart."""
        annonces = {calcul.annonce for calcul in self.announced()}
        return tuple(
            i for i in self.published() if not i.par_base and i.identifiant not in annonces
        )

    def published(self) -> tuple[Indicateur, ...]:
        """List those that sources publish of a CPTS, which have a number."""
        return tuple(indicateur for indicateur in self if indicateur.methode == PUBLIE)

    def series(self, indicateur: Indicateur) -> tuple[Indicateur, ...]:
        """List the years of an official figure, the first one first; itself alone where there is one."""
        if not indicateur.serie:
            return (indicateur,)
        siens = [
            autre
            for autre in self
            if autre.serie == indicateur.serie and autre.identite == indicateur.identite
        ]
        return tuple(sorted(siens, key=lambda autre: autre.millesime))

    def is_latest(self, indicateur: Indicateur) -> bool:
        """Tell whether no later year of its series is there."""
        return self.series(indicateur)[-1].identifiant == indicateur.identifiant

    def officiels(self) -> tuple[Indicateur, ...]:
        """List those that were imported from official files."""
        return tuple(indicateur for indicateur in self if indicateur.officiel)

    def derniers(self) -> tuple[Indicateur, ...]:
        """List the official ones, each series by its latest year alone."""
        return tuple(i for i in self.officiels() if i is self.series(i)[-1])

    def resolve(self, nom: str, connus: Container[str]) -> str | None:
        """Find which indicator of a screen an address means: the one it names or, of a series, its latest year there.

        So a link outlives the year that it names: a series keeps its name where its years come and go.

        Parameters
        ----------
        nom
            As an address gives it: an indicator, a year of a series, or a series without its year.
        connus
            The names that the screen knows.

        Returns
        -------
        str or None
            One of `connus`; ``None`` where nothing there is meant.
        """
        if nom in connus:
            return nom
        # Of a year that is no longer there, the name alone tells the series.
        nomme = self.indicateurs.get(nom) or self._find_series(nom)
        annees = self.series(nomme) if nomme and nomme.officiel else ()
        return next((i.adresse for i in reversed(annees) if i.adresse in connus), None)

    def _find_series(self, nom: str) -> Indicateur | None:
        return next(
            (
                i
                for serie in strip_year(nom)
                for i in self.officiels()
                if serie in (i.serie, i.identifiant.removesuffix(suffix_year("", i.millesime)))
            ),
            None,
        )

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


def sort_by_file(indicateurs: Iterable[Indicateur]) -> list[Indicateur]:
    """Put the official indicators of one file and one year one after the other, where the first of them is; the others stay."""
    tous = list(indicateurs)

    def cle(indicateur: Indicateur) -> tuple[object, ...]:
        if indicateur.officiel:
            return indicateur.sources, indicateur.millesime
        return (indicateur.identifiant,)

    places = {c: rang for rang, c in reversed(list(enumerate(map(cle, tous))))}
    return sorted(tous, key=lambda indicateur: places[cle(indicateur)])
