"""From the columns of a table to its indicators, and the figures of the territories."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from geo.cellules import Valeurs, add_valeurs
from geo.erreurs import Probleme, Severite, count, enumerate_first
from geo.importation.rapprochement import clean_name
from geo.indicateurs.agregation import Termes
from geo.indicateurs.registre import CATEGORIE, MOYENNE, RAPPORT, SANTE, SOMME, STOCK
from geo.indicateurs.series import identify, suffix_year
from geo.indicateurs.unites import POUR_CENT, read_unite
from geo.officiels.agregation import Agregats, Chiffre, aggregate
from geo.officiels.annees import ANNEE_MIN, last_annee, read_millesime
from geo.officiels.catalogue import AUCUN, DEPARTEMENT
from geo.officiels.departements import read_places, read_regions, take_published
from geo.officiels.groupes import Groupes, make_groupes
from geo.officiels.jonction import join_tables
from geo.officiels.lignes_totales import find_mixed_totals, withhold_totals
from geo.officiels.noms import make_serie
from geo.officiels.plausibilite import find_implausible, is_share
from geo.officiels.rattachement import attach, describe_places
from geo.officiels.repetitions import find_first_rows
from geo.officiels.secret import Secrets, find_secrets, holds_secrets, marks_secrets
from geo.officiels.table import ANNEE, CODE_COMMUNE, key_of
from geo.officiels.totaux import find_suspects, find_totals
from geo.officiels.valeurs import PLAFOND, is_oversized, read_valeurs
from geo.texte import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from geo.atlas import Atlas
    from geo.cellules import Nombres
    from geo.indicateurs.series import Identite
    from geo.officiels.catalogue import IndicateurConnu
    from geo.officiels.choix import Choix
    from geo.officiels.groupes import Rangs
    from geo.officiels.rattachement import Rattachement
    from geo.officiels.reconnaissance import IndicateurLu
    from geo.officiels.table import Table

# Enough to see that it is the right column.
_PREMIERES = 3
# Of the cells that a problem quotes.
_CELLULE_MAX = 40
_POPULATION = re.compile(r"population( totale| municipale)?( \d{4})?|p\d{2} pop|pop|habitants")


@dataclass(frozen=True, eq=False)
class Lignes:
    """The rows of an indicator.

    Attributes
    ----------
    places
        Of each row: the code of a commune of today, or ``departement:70``, ``region:27``, ``france``.
    termes
        What each row adds.
    """

    places: tuple[str, ...]
    termes: Termes


@dataclass(frozen=True, eq=False)
class IndicateurOfficiel:
    """One indicator of a file, of one vintage.

    Attributes
    ----------
    nom, serie
        Its name with its year, and without.
    libelle, unite, nature, agregation, base, millesime
        As in the catalogue; `millesime` is empty where nothing tells it.
    fichier, feuille
        The file and its sheet; the latter is empty for a text file.
    source, licence
        Who published it, under which licence; empty where nothing tells it.
    colonnes, denominateur, poids
        Titles of its columns.
    premieres
        The first cells of its columns, as the file writes them: code or place, then text; of a ratio, « 120 ÷ 1500 ».
    communes, secretes, manquantes
        How many rows are known, withheld, not known; one without its weight or its denominator is not.
    chiffres
        By territory: see :class:`geo.officiels.agregation.Chiffre`.
    agregats
        What they were read from; ``None`` where nothing is aggregated.
    theme, abrege, decimales, sens, definition, seuil_alerte
        As in the registry.
    lignes
        The rows, each brought to its place of today.
    """

    nom: str
    serie: str
    libelle: str
    unite: str
    nature: str
    agregation: str
    base: str
    millesime: str
    source: str
    licence: str
    fichier: str
    feuille: str
    colonnes: tuple[str, ...]
    denominateur: tuple[str, ...]
    poids: tuple[str, ...]
    premieres: tuple[tuple[str, str], ...]
    communes: int
    secretes: int
    manquantes: int
    chiffres: Mapping[str, Chiffre | None]
    lignes: Lignes
    agregats: Agregats | None = None
    theme: str = SANTE
    abrege: str = ""
    decimales: int = 0
    sens: str = ""
    definition: str = ""
    seuil_alerte: float | None = None

    @property
    def is_solde(self) -> bool:
        """Whether it is a balance: a count of which rows are negative."""
        return self.nature == STOCK and bool((self.lignes.termes.valeurs.nombres < 0).any())

    @property
    def identite(self) -> Identite:
        """What it shares with the other years of its series: see :func:`geo.indicateurs.series.identify`."""
        return identify(self.libelle, self.unite, self.nature, self.base, self.definition)


@dataclass(eq=False)
class _Lecture:
    """A table being read: its columns are read once, whatever uses them."""

    table: Table
    choix: Choix
    lus: Sequence[IndicateurLu]
    connus: Sequence[IndicateurLu]
    voisines: Sequence[tuple[Table, Sequence[IndicateurLu]]] = ()
    problemes: list[Probleme] = field(default_factory=list)
    lues: dict[tuple[int, tuple[float, float]], Valeurs] = field(default_factory=dict)
    valeurs: dict[tuple[str, tuple[int, ...]], Valeurs] = field(default_factory=dict)
    dites: set[int] = field(default_factory=set)

    @cached_property
    def secrets(self) -> Secrets:
        """The columns of which counts are withheld, by the other tables as well."""
        bornes = self.choix.count_bounds
        tus, taux = self._split_roles(self.table, (*self.lus, *self.connus))
        dits = [(voisine, self._split_roles(voisine, lus)) for voisine, lus in self.voisines]
        if not (tus or any(siens[0] for _, siens in dits)) and not any(
            marks_secrets(table)
            for table in (self.table, *(voisine for voisine, _ in self.voisines))
        ):
            return Secrets()
        jointe, rangs = join_tables(self.table, [voisine for voisine, _ in self.voisines])
        for nouveaux, (_, (comptes, autres)) in zip(rangs, dits, strict=True):
            tus |= {nouveaux[rang] for rang in comptes if rang in nouveaux}
            taux |= {nouveaux[rang] for rang in autres if rang in nouveaux}
        return find_secrets(jointe, bornes, tus, taux - tus)

    def _split_roles(self, table: Table, lus: Sequence[IndicateurLu]) -> tuple[set[int], set[int]]:
        """Return the columns that count people one by one, and those that count nothing."""
        tus: set[int] = set()
        taux: set[int] = set()
        for lu in lus:
            effectifs = lu.connu.nature == STOCK or bool(lu.denominateur)
            marques = effectifs and any(holds_secrets(table.column(r)) for r in lu.colonnes)
            if lu.connu.secret or (effectifs and (self.choix.seuil or marques)):
                tus.update((*lu.colonnes, *lu.denominateur))
            elif not effectifs:
                taux.update(lu.colonnes)
        return tus, taux

    def values(self, lu: IndicateurLu) -> Valeurs:
        """Read the values of an indicator, without what must not be said of them."""
        cle = lu.connu.nom, lu.colonnes
        if cle not in self.valeurs:
            self.valeurs[cle] = _read(self, lu)
        return self.valeurs[cle]

    def read(self, rangs: Sequence[int], secret: tuple[float, float]) -> Valeurs:
        """Read some columns as one, each without what must not be said of it."""
        return add_valeurs([self._read(rang, secret) for rang in rangs])

    def _read(self, rang: int, secret: tuple[float, float]) -> Valeurs:
        brutes, tues = self._raw(rang, secret), self.secrets.comptes.get(rang)
        taux = tues is None
        if tues is None:
            tues = self.secrets.withhold_rates(brutes, rang)
        if rang not in self.dites:
            self.dites.add(rang)
            self._tell(rang, brutes, tues, taux=taux)
            self._tell_denied(rang)
        return tues

    def _raw(self, rang: int, secret: tuple[float, float]) -> Valeurs:
        if (rang, secret) not in self.lues:
            lues = read_valeurs(self.table.column(rang), secret)
            if not any(lue == rang for lue, _ in self.lues):
                self.problemes += _unreadable(self.table, rang, lues)
            self.lues[rang, secret] = lues
        return self.lues[rang, secret]

    def _tell(self, rang: int, brutes: Valeurs, tues: Valeurs, *, taux: bool = False) -> None:
        """Say how many cells are withheld that the file gives, why, and how many it withholds itself."""
        bas, haut = self.choix.count_bounds
        nouvelles = tues.secrets & ~brutes.secrets
        petites = nouvelles & (brutes.bas >= bas) & (brutes.bas <= haut) & (not taux)
        autres = "taux" if taux else "total ou une autre partie"
        causes = [
            f"{write_whole(int(cellules.sum()))} {pourquoi}"
            for cellules, pourquoi in (
                (petites, f"de moins de {haut + 1:.0f}"),
                (nouvelles & ~petites, f"dont le {autres} aurait redonné un nombre secret"),
            )
            if cellules.any()
        ]
        if not causes:
            return
        nombre, caches = int(nouvelles.sum()), int(brutes.secrets.sum())
        tenus = "tenus pour secrets" if nombre > 1 else "tenu pour secret"
        suite = f", en plus de {count(caches, 'cellule')} que le fichier cache" if caches else ""
        self.problemes.append(
            Probleme(
                Severite.A_VERIFIER,
                self.table.fichier,
                f"{self.table.place}« {self.table.name(rang)} » : {count(nombre, 'nombre')} {tenus} par l'atlas, qui ne "
                f"{'les' if nombre > 1 else 'le'} garde pas{suite} : {', '.join(causes)}.",
                "Rien à faire ; --seuil N change le seuil.",
                "seuil",
            )
        )

    def _tell_denied(self, rang: int) -> None:
        """Say how many cells the file withholds that are not under its threshold."""
        nombre = self.secrets.dementis.get(rang, 0)
        if not nombre:
            return
        bas, haut = self.choix.count_bounds
        verbe = "ne sont" if nombre > 1 else "n'est"
        self.problemes.append(
            Probleme(
                Severite.A_VERIFIER,
                self.table.fichier,
                f"{self.table.place}« {self.table.name(rang)} » : {count(nombre, 'cellule')} que le fichier cache {verbe} pas "
                f"entre {bas:.0f} et {haut:.0f}, d'après ses autres colonnes : il cache plus que le seuil ne le dit. "
                "Aucune borne n'en est donnée.",
                "Si le fichier cache tous les effectifs de moins de N, le dire : --seuil N.",
                "seuil",
            )
        )


def make_indicateurs(
    table: Table,
    lus: Sequence[IndicateurLu],
    atlas: Atlas,
    choix: Choix,
    connus: Sequence[IndicateurLu] = (),
    *,
    voisines: Sequence[tuple[Table, Sequence[IndicateurLu]]] = (),
) -> tuple[list[IndicateurOfficiel], list[Probleme]]:
    """Read the indicators of a table; one for each year where a column tells it.

    Parameters
    ----------
    table, lus
        As returned by :func:`geo.officiels.reperage.locate`.
    atlas
        The communes, and the CPTS that they are of.
    choix
        Its threshold bounds what is withheld.
    connus
        What the catalogue recognises of the table: what it says counts people is withheld, whatever is read.
    voisines
        The other tables of the same places, and what the catalogue recognises of them: what one withholds, another
        one may give away.

    Returns
    -------
    tuple
        The indicators, and what there is to say; an unreadable cell blocks, and what
        :func:`geo.officiels.plausibilite.find_implausible` calls impossible.

    Raises
    ------
    DonneesInvalides
        If a place is there twice with other values.
    """
    lecture = _Lecture(table, choix, lus, connus, voisines)
    indicateurs = [
        indicateur
        for annee, rangs in _split_years(lecture)
        for indicateur in (_by_departement if table.maille == DEPARTEMENT else _by_commune)(
            lecture, [replace(lu, millesime=lu.millesime or annee) for lu in lus], rangs, atlas
        )
    ]
    for lu in lus:
        if not _says_words(lu):
            autres = lu.denominateur or lu.poids
            poids = lecture.read(autres, choix.count_bounds) if autres else None
            lecture.problemes += find_implausible(table, lu, lecture.values(lu), poids)
    return indicateurs, lecture.problemes


def find_inhabitants(table: Table) -> list[tuple[int]]:
    """Return the first column that counts the inhabitants, if there is one."""
    return [
        (rang,) for rang, titre in enumerate(table.titres) if _POPULATION.fullmatch(key_of(titre))
    ][:1]


def _by_departement(
    lecture: _Lecture, lus: Sequence[IndicateurLu], rangs: Rangs, atlas: Atlas
) -> Iterator[IndicateurOfficiel]:
    del atlas
    table = lecture.table
    places = read_places(table)
    perdues = [f"ligne {table.rangs[rang]}" for rang in rangs if not places[rang]]
    if perdues:
        lecture.problemes.append(
            Probleme(
                Severite.A_VERIFIER,
                table.fichier,
                f"{count(len(perdues), 'ligne')} d'aucun département, d'aucune région ni de la "
                f"France, non lue{'s' if len(perdues) > 1 else ''} : {enumerate_first(perdues)}.",
                "Vérifier leurs codes.",
            )
        )
    siennes = [places[rang] for rang in rangs]
    for lu in lus:
        valeurs = lecture.values(lu).take(rangs)
        if lu.connu.nature == STOCK:
            valeurs = withhold_totals(siennes, read_regions(siennes), valeurs)
        chiffres = take_published(
            table.fichier, siennes, [table.rangs[rang] for rang in rangs], valeurs
        )
        lignes = Lignes(tuple(siennes), Termes(SOMME, valeurs))
        yield _describe(table, lu, valeurs, rangs, siennes, chiffres=chiffres, lignes=lignes)


def _by_commune(
    lecture: _Lecture, lus: Sequence[IndicateurLu], rangs: Rangs, atlas: Atlas
) -> Iterator[IndicateurOfficiel]:
    table = lecture.table
    codes = [table.codes[rang] for rang in rangs]
    lecture.problemes += _repaired(table, rangs, codes)
    utiles = sorted({rang for lu in lus for rang in (*lu.colonnes, *lu.denominateur, *lu.poids)})
    premieres, repetees = find_first_rows(
        table, rangs, utiles, chiffres=any(not _says_words(lu) for lu in lus)
    )
    populations = _populations(table, lus, rangs)
    rattachement = attach(
        table.fichier,
        codes,
        premieres,
        populations,
        np.logical_and.reduce([lecture.values(lu).manquants[rangs] for lu in lus]),
        atlas=atlas,
    )
    lecture.problemes += [*repetees, *rattachement.remarques]
    rattachement = _leave_totals_out(lecture, lus, rattachement, rangs, atlas=atlas)
    gardees = rangs[rattachement.lignes]
    groupes = make_groupes(atlas, rattachement.departements, rattachement.communes)
    siens = [codes[rang] for rang in rattachement.lignes]
    poids = None if populations is None else populations[rattachement.lignes]
    lecture.problemes += describe_places(table.fichier, siens, rattachement, poids, atlas=atlas)
    for lu in lus:
        yield _compute(lecture, lu, gardees, siens, places=rattachement.places, groupes=groupes)


def _says_words(lu: IndicateurLu) -> bool:
    return lu.connu.nature == CATEGORIE or bool(lu.connu.comptees)


def _leave_totals_out(
    lecture: _Lecture,
    lus: Sequence[IndicateurLu],
    rattachement: Rattachement,
    rangs: Rangs,
    *,
    atlas: Atlas,
) -> Rattachement:
    """Leave out the rows that are a total, or may be that of a department whose communes would give a withheld one away."""
    lignes = rangs[rattachement.lignes]
    codes = [lecture.table.codes[rang] for rang in lignes]
    suspectes = find_suspects(codes, rattachement, atlas)
    if not suspectes.any():
        return rattachement
    comptes = [valeurs.take(lignes) for valeurs in _list_counts(lecture, lus)]
    totaux = find_totals(comptes, suspectes, rattachement, atlas)
    for valeurs in lecture.secrets.comptes.values():
        totaux |= find_mixed_totals(valeurs.take(lignes), rattachement.departements, suspectes)
    otes = [code for code, total in zip(codes, totaux, strict=True) if total]
    if otes:
        pluriel = len(otes) > 1
        lecture.problemes.append(
            Probleme(
                Severite.A_VERIFIER,
                lecture.table.fichier,
                f"{count(len(otes), 'ligne')} d'aucune commune, qui peu{'ven' if pluriel else ''}t être le total d'un "
                "département, d'une intercommunalité, d'une région ou de la France, "
                f"non lue{'s' if pluriel else ''} : {enumerate_first(otes)}.",
                "Rien à faire si ce sont des totaux ; sinon, écrire leur code INSEE.",
            )
        )
    return rattachement.keep(~totaux)


def _list_counts(lecture: _Lecture, lus: Sequence[IndicateurLu]) -> Iterator[Valeurs]:
    """List the columns that are read and that add up, each once, and that of the inhabitants."""
    bornes = lecture.choix.count_bounds
    effectifs = dict.fromkeys(
        rangs
        for lu in lus
        if not _says_words(lu)
        for rangs in (
            lu.colonnes if lu.connu.nature == STOCK or lu.denominateur else (),
            lu.denominateur,
            lu.poids,
        )
    )
    for rangs in filter(None, effectifs):
        yield lecture.read(rangs, bornes)
    for (rang,) in find_inhabitants(lecture.table):
        if effectifs and (rang,) not in effectifs:
            yield read_valeurs(lecture.table.column(rang), (np.nan, np.nan))


def _split_years(lecture: _Lecture) -> Iterator[tuple[str, Rangs]]:
    """Part the rows of a table by year; those of a year that is none block."""
    table = lecture.table
    toutes = np.arange(len(table.lignes), dtype="intp")
    if ANNEE not in table.cles:
        yield "", toutes
        return
    cellules = table.column(table.cles[ANNEE])
    lues = {cellule: read_millesime(cellule) for cellule in set(cellules)}
    annees = np.array([lues[cellule] for cellule in cellules])
    if len(fausses := toutes[annees == ""]):
        cas = (f"ligne {table.rangs[rang]} « {cellules[rang] or '(vide)'} »" for rang in fausses)
        lecture.problemes.append(
            Probleme(
                Severite.BLOQUANT,
                table.fichier,
                f"{table.place}colonne « {table.name(table.cles[ANNEE])} », {count(len(fausses), 'cellule')} sans année "
                f"de {ANNEE_MIN} à {last_annee()} : {enumerate_first(cas)}.",
                "Corriger ces cellules : une année (2021), une date ou une période (2018-2021).",
            )
        )
    for annee in sorted(set(annees.tolist()) - {""}):
        yield str(annee), toutes[annees == annee]


def _read(lecture: _Lecture, lu: IndicateurLu) -> Valeurs:
    """Read the values of an indicator; a word of a zoning is there or not, and is no number."""
    if not _says_words(lu):
        return lecture.read(lu.colonnes, _withheld(lu, lecture.choix))
    cellules = lecture.table.column(lu.colonnes[0])
    comptees = lu.connu.comptees
    dits = np.array([float(key_of(c) in comptees) if c else np.nan for c in cellules])
    return Valeurs(dits, dits, np.zeros(len(dits), dtype="bool"))


def _compute(
    lecture: _Lecture,
    lu: IndicateurLu,
    rangs: Rangs,
    codes: Sequence[str],
    *,
    places: tuple[str, ...],
    groupes: Groupes,
) -> IndicateurOfficiel:
    table, connu = lecture.table, lu.connu
    valeurs = lecture.values(lu).take(rangs)
    autres = lu.denominateur or lu.poids
    agregeable = connu.agregation != AUCUN and (connu.agregation != MOYENNE or lu.poids)
    if not agregeable:
        chiffres: dict[str, Chiffre | None] = dict.fromkeys(
            cle
            for cle in groupes.cles
            if cle in groupes.couvertes and not cle.startswith("commune:")
        )
        lignes = Lignes(places, Termes(SOMME, valeurs))
        return _describe(table, lu, valeurs, rangs, codes, chiffres=chiffres, lignes=lignes)
    poids = lecture.read(autres, lecture.choix.count_bounds).take(rangs) if autres else None
    if connu.comptees:
        valeurs, poids = _count_inhabitants(valeurs, groupes)
    # A zoning covers its inhabitants or not: nothing of it is a sample.
    part = is_share(connu) and connu.agregation == RAPPORT and not connu.comptees
    termes = Termes(
        connu.agregation,
        valeurs,
        poids,
        read_unite(connu.unite).facteur if connu.agregation == RAPPORT else 1.0,
        part,
    )
    agregats = aggregate(termes, groupes)
    return _describe(
        table,
        lu,
        valeurs,
        rangs,
        codes,
        chiffres=agregats.figures(),
        agregats=agregats,
        lignes=Lignes(places, termes),
    )


def _count_inhabitants(dedans: Valeurs, groupes: Groupes) -> tuple[Valeurs, Valeurs]:
    """Return the inhabitants of the rows that are in a zone, and of all rows, in equal parts of their commune.

    A commune of the atlas whose rows do not agree is not known: nothing says how its inhabitants are shared.
    """
    communes, effectif = groupes.communes_lignes, len(groupes.populations)
    siennes = communes >= 0
    rangs = np.where(siennes, communes, 0)
    lignes, zones = (
        np.bincount(rangs, weights=siennes * poids, minlength=effectif)[rangs]
        for poids in (np.ones(len(rangs)), np.nan_to_num(dedans.bas))
    )
    accord = siennes & ((zones == 0) | (zones == lignes)) & ~dedans.manquants
    habitants = np.where(accord, groupes.populations[rangs] / np.maximum(lignes, 1), np.nan)
    rien = np.zeros(len(rangs), dtype="bool")
    numerateurs = habitants * dedans.bas
    return Valeurs(numerateurs, numerateurs, rien), Valeurs(habitants, habitants, rien)


def _withheld(lu: IndicateurLu, choix: Choix) -> tuple[float, float]:
    """Return the bounds of a withheld cell: a count under the threshold, any share, any other rate."""
    if lu.connu.nature == STOCK or lu.denominateur:
        return choix.count_bounds
    return (0.0, POUR_CENT) if is_share(lu.connu) else (-np.inf, np.inf)


def _describe(
    table: Table,
    lu: IndicateurLu,
    valeurs: Valeurs,
    rangs: Iterable[int],
    places: Sequence[str],
    *,
    chiffres: Mapping[str, Chiffre | None],
    lignes: Lignes,
    agregats: Agregats | None = None,
) -> IndicateurOfficiel:
    connu, termes = lu.connu, lignes.termes
    premieres = tuple(
        (place, _write_cells(table.lignes[rang], lu))
        for place, rang in islice(zip(places, rangs, strict=False), _PREMIERES)
    )
    return IndicateurOfficiel(
        nom=suffix_year(make_serie(connu.nom), lu.millesime),
        serie=make_serie(connu.nom),
        libelle=clean_name(connu.libelle).replace("{millesime}", ""),
        unite=read_unite(connu.unite).texte,
        nature=connu.nature,
        agregation=connu.agregation if agregats or connu.agregation == AUCUN else AUCUN,
        base=connu.base,
        millesime=lu.millesime,
        source=lu.source_dite,
        licence=lu.licence,
        fichier=table.fichier,
        feuille=table.feuille,
        colonnes=tuple(table.name(rang) for rang in lu.colonnes),
        denominateur=tuple(table.name(rang) for rang in lu.denominateur),
        poids=tuple(table.name(rang) for rang in lu.poids),
        premieres=premieres,
        communes=int((~termes.secrets & ~termes.inconnus).sum()),
        secretes=int(termes.secrets.sum()),
        manquantes=int(termes.inconnus.sum()),
        chiffres=chiffres,
        lignes=lignes,
        agregats=agregats,
        theme=lu.theme,
        abrege=connu.abrege,
        decimales=_decimals(connu, valeurs),
        sens=connu.sens,
        definition=connu.definition,
        seuil_alerte=connu.seuil_alerte,
    )


def _write_cells(ligne: Sequence[str], lu: IndicateurLu) -> str:
    """Write the cells that a value is read from, as the file does: what divides stands after the sign of a division."""
    termes = [
        (" + ".join(ligne[colonne] or "(vide)" for colonne in colonnes), len(colonnes) > 1)
        for colonnes in (lu.colonnes, lu.denominateur)
        if colonnes
    ]
    divise = len(termes) > 1
    return " ÷ ".join(
        f"({somme})" if divise and plusieurs else somme for somme, plusieurs in termes
    )


def _decimals(connu: IndicateurConnu, valeurs: Valeurs) -> int:
    """Return how many decimals are written: of a count, one where its file has some (INSEE's residents, full-time equivalents)."""
    if connu.decimales >= 0:
        return connu.decimales
    connues = valeurs.nombres[~np.isnan(valeurs.nombres)]
    return 0 if connu.nature == STOCK and (connues == np.round(connues)).all() else 1


def _populations(table: Table, lus: Sequence[IndicateurLu], rangs: Rangs) -> Nombres | None:
    """Return the inhabitants of each row: a column that says so, else what something weighs by."""
    colonnes = [*find_inhabitants(table), *(lu.poids or lu.denominateur for lu in lus)]
    choisie = next(filter(None, colonnes), None)
    if choisie is None:
        return None
    lues = add_valeurs([read_valeurs(table.column(rang), (np.nan, np.nan)) for rang in choisie])
    nombres: Nombres = lues.nombres[rangs]
    return nombres


def _unreadable(table: Table, rang: int, valeurs: Valeurs) -> Iterator[Probleme]:
    demesures = [cas for cas in valeurs.illisibles if is_oversized(cas[1])]
    autres = [cas for cas in valeurs.illisibles if cas not in demesures]
    for siens, quoi, remede in (
        (
            autres,
            "sans nombre, ni secret (NS, s, c), ni blanc (nd, N/A)",
            "Corriger ces cellules, ou les vider si la valeur n'est pas connue."
            if (~np.isnan(valeurs.bas)).any()
            else "Choisir une colonne de nombres : celle-ci n'en a aucun.",
        ),
        (
            demesures,
            f"au-delà de {write_whole(PLAFOND // 10**9)} milliards",
            "Corriger ces cellules ; une somme si grande se donne en milliers ou en millions.",
        ),
    ):
        if siens:
            cas = (f"ligne {table.rangs[ligne]} « {_cut(texte)} »" for ligne, texte in siens)
            yield Probleme(
                Severite.BLOQUANT,
                table.fichier,
                f"{table.place}colonne « {table.name(rang)} », "
                f"{count(len(siens), 'cellule')} {quoi} : {enumerate_first(cas)}.",
                remede,
            )


def _cut(texte: str) -> str:
    return texte if len(texte) <= _CELLULE_MAX else f"{texte[:_CELLULE_MAX]}…"


def _repaired(table: Table, rangs: Iterable[int], codes: Sequence[str]) -> Iterator[Probleme]:
    colonne = table.cles[CODE_COMMUNE]
    changes = [
        f"« {table.lignes[rang][colonne]} » → {code}"
        for rang, code in zip(rangs, codes, strict=True)
        if table.lignes[rang][colonne] != code
    ]
    if changes:
        yield Probleme(
            Severite.INFORMATION,
            table.fichier,
            f"{count(len(changes), 'code')} remis en cinq caractères : {enumerate_first(changes)}.",
            "Rien à faire.",
        )
