"""The columns that the audit knows: a title, and what each cell under it should be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.audit.attendu import Attendu

if TYPE_CHECKING:
    from tests.audit.enonce import Enonce
    from tests.audit.regles import Regles

Dire = Callable[["Regles", "Enonce"], "Attendu | None"]


def expect(r: Regles, e: Enonce) -> Iterator[Attendu]:
    """Say what the number of a cell should be."""
    for motif, dire in COLONNES:
        if motif.match(e.colonne):
            attendu = dire(r, e)
            if attendu is not None:
                yield attendu
            return
    yield from _compared(r, e)


def _mesure(quoi: str) -> Dire:
    def dire(r: Regles, e: Enonce) -> Attendu | None:
        qui = r.row(e)
        if qui and e.case("Périmètre") == "partie établie seulement":
            qui = ("etablie", qui[1])
        zone = r.zone_named(e)
        if zone and qui and qui[0] == "epci":
            communs = zone.codes & set(r.codes(qui))
            return (
                Attendu((quoi, "zone", zone.chef, *qui), r.faits.population(communs))
                if quoi == "population"
                else None
            )
        return _zone(quoi, r, e) or (r.measure(quoi, qui) if qui else None)

    return dire


def _zone(quoi: str, r: Regles, e: Enonce) -> Attendu | None:
    """Recompute a figure of a zone, which a row names after its most populous commune."""
    nom = e.case("Autour de") or (e.case("Zone").split(" · ")[-1] if not e.case("Commune") else "")
    if not nom:
        return None
    return r.zone(quoi, nom, r.area(e.contexte))


def _annonce(quoi: str) -> Dire:
    def dire(r: Regles, e: Enonce) -> Attendu | None:
        qui = r.row(e)
        return r.announced(quoi, qui[1]) if qui and qui[0] == "cpts" else None

    return dire


def _couverture(quoi: str) -> Dire:
    def dire(r: Regles, e: Enonce) -> Attendu | None:
        qui = r.row(e)
        return r.covered(quoi, qui, r.area(e.contexte)) if qui else None

    return dire


def _date(quoi: str) -> Dire:
    """Recompute a figure of the roll-out: of the day of the row, else of that of the page."""

    def dire(r: Regles, e: Enonce) -> Attendu | None:
        return r.at_date(quoi, (e.case("Date", "date") or e.contexte.date)[:10], r.area(e.contexte))

    return dire


def _part(r: Regles, e: Enonce) -> Attendu | None:
    """Read a share alone in its cell; with its base, it is read as a sentence."""
    qui = r.row(e)
    if not qui or qui[0] != "cpts" or not re.fullmatch(r"\d+(?:[.,]\d+)?", e.texte):
        return None
    return r.share(qui[1], float(e.texte.replace(",", ".")))


def _dans_la_cpts(quoi: str) -> Dire:
    def dire(r: Regles, e: Enonce) -> Attendu | None:
        qui = r.row(e)
        return r.within(quoi, ("cpts", e.contexte.cpts), qui) if qui and e.contexte.cpts else None

    return dire


def _frontiere(r: Regles, e: Enonce) -> Attendu | None:
    zone, voisine = (
        r.zone_named(e),
        r.noms.get(e.case("CPTS")) or (r.named(e.case("CPTS")) or [None])[0],
    )
    if zone and voisine:
        return r.zone_border(
            r.faits.communes.loc[zone.chef, "nom"],
            r.faits.fiches.loc[voisine[1], "nom"],
            r.area(e.contexte),
        )
    if e.case("Zone"):
        return r.zone_border(e.case("Zone").split(" · ")[-1], e.case("CPTS"), r.area(e.contexte))
    return r.border(e.contexte.cpts, e.case("CPTS")) if e.contexte.cpts else None


_ETATS = {
    "Couverts (établi)": ("etablis", "part_etablie"),
    "Couverts (indicatif)": ("ajoutes", "part_ajoutee"),
    "Dans un périmètre indicatif masqué": ("ajoutes", "part_ajoutee"),
    "Sans périmètre connu qui compte": ("sans", "part_sans"),
}


def _part_d_etat(rang: int, echelle: float) -> Dire:
    """Read a bar of the coverage: the inhabitants of a department in a state, or their share."""

    def dire(r: Regles, e: Enonce) -> Attendu | None:
        qui, quoi = r.row(e), _ETATS.get(e.case("État"))
        if not qui or not quoi:
            return None
        attendu = r.covered(quoi[rang], qui, r.area(e.contexte))
        if e.colonne == "Écrit" and attendu.cle[0] in r.written_shares(qui):
            cle = (*attendu.cle, "sommant à 100")
            return replace(attendu, cle=cle, valeur=r.written_shares(qui)[attendu.cle[0]])
        return (
            replace(attendu, cle=(*attendu.cle, str(echelle)), valeur=attendu.valeur * echelle)
            if echelle != 1
            else attendu
        )

    return dire


def _fiche(r: Regles, e: Enonce) -> Attendu | None:
    """Read the small table of a sheet: announced, computed, their difference."""
    quoi = {"Population": "population", "Communes": "communes"}.get(e.ligne[0][1].split(" (")[0])
    if not quoi or not e.contexte.cpts:
        return None
    rang = {"Annoncé": 0, "Calculé": 1, "Écart": 2}[e.colonne.split()[0]]
    return r.sheet_line(("cpts", e.contexte.cpts), quoi)[rang]


# What the comparison measures: the beginning of its label, the quantity.
COMPAREES = (
    ("Population (", "population"),
    ("Densité", "densite"),
    ("Évolution", "evolution"),
    ("Commune la plus peuplée", "plus_peuplee"),
    ("Part de la commune", "part_plus_peuplee"),
    ("Communes (", "communes"),
    ("Surface", "surface"),
    ("Intercommunalités", "epci"),
    ("Départements", "departements"),
)
COUVERTES = (
    ("Habitants couverts, périmètres établis et indicatifs", "part_tous"),
    ("Habitants couverts, périmètres indicatifs compris", "part_tous"),
    ("Habitants couverts, périmètres établis", "part_etablie"),
    ("Habitants sans périmètre", "sans"),
)
_PUBLIEES = (
    ("Population annoncée", "population_annoncee"),
    ("Communes annoncées", "communes_annoncees"),
    ("Professionnels annoncés", "professionnels_annonces"),
)


_GENRES = {"CPTS": "cpts", "Département": "dep", "Région": "region"}


def _compared(r: Regles, e: Enonce) -> Iterator[Attendu]:
    """Read a cell of the comparison, on screen (a column a territory) or in its file (a column « Valeur »)."""
    libelle = e.case("Indicateur")
    if e.sous.startswith("Rang"):
        ranked = r.ranked(libelle, e)
        if ranked is not None:
            yield ranked
        return
    qui = _compared_with(r, e) if libelle else None
    if not qui or e.genre == "difference":
        return
    attendu = _first(COMPAREES, libelle, lambda quoi: r.measure(quoi, qui))
    attendu = attendu or _first(COUVERTES, libelle, lambda quoi: _at_least(r, quoi, qui))
    if attendu is None and qui[0] == "cpts":
        attendu = _published(r, e, libelle, qui[1])
    if attendu is not None:
        yield attendu


def _compared_with(r: Regles, e: Enonce) -> tuple[str, str] | None:
    """Tell of whom a cell of the comparison is; of nobody, where it says why there is no difference."""
    if e.texte.startswith(("écart", "pas d'écart")):
        return None
    if e.colonne in {"Valeur", "En toutes lettres"}:
        genre = _GENRES.get(e.case("Genre"))
        return (genre, e.case("Code")) if genre else None
    return r.noms.get(e.colonne)


def _first(
    choix: Sequence[tuple[str, str]], libelle: str, dire: Callable[[str], Attendu | None]
) -> Attendu | None:
    return next((dire(quoi) for debut, quoi in choix if libelle.startswith(debut)), None)


def _at_least(r: Regles, quoi: str, qui: tuple[str, str]) -> Attendu:
    attendu = r.covered(quoi, qui)
    return r.minimum(attendu, qui) if quoi == "part_etablie" else attendu


def _published(r: Regles, e: Enonce, libelle: str, cpts_id: str) -> Attendu | None:
    if libelle.startswith("Sans médecin traitant"):
        return _nearest_share(r, e, cpts_id)
    if libelle.startswith("Population : écart"):
        return r.gap_pct(cpts_id)
    if libelle.startswith("Communes : écart"):
        return r.gap_communes(cpts_id)
    return _first(_PUBLIEES, libelle, lambda quoi: r.announced(quoi, cpts_id))


def _nearest_share(r: Regles, e: Enonce, cpts_id: str) -> Attendu | None:
    nombres = re.findall(r"\d+(?:[.,]\d+)?", e.texte)
    return r.share(cpts_id, float(nombres[0].replace(",", "."))) if nombres else None


# The first title that fits counts: the more precise come first.
_CONNUES: tuple[tuple[str, Dire], ...] = (
    # The roll-out.
    (
        r"Habitants annoncés \(valeur\)|Habitants annoncés \(somme\)|population_annoncee$|Ce que vaut la somme",
        _date("somme_annoncee"),
    ),
    (r"CPTS qui annoncent|n_annoncant", _date("n_annoncant")),
    (r"CPTS, au moins|n_min|CPTS en fonctionnement \(valeur\)", _date("n_min")),
    (r"CPTS, au plus|n_max", _date("n_max")),
    (
        r"Habitants, périmètres établis(?! et)|population_couverte_etablie|Habitants couverts \(établi\) \(valeur\)",
        _date("dessines_etablis"),
    ),
    (
        r"Habitants, .*indicatifs|population_couverte_indicative|Habitants couverts \(établi\) \(reserve\)",
        _date("dessines_tous"),
    ),
    (
        r"Communes, périmètres établis(?! et)|communes_couverte_etablie|Communes couvertes \(établi\) \(valeur\)",
        _date("communes_dessinees"),
    ),
    (
        r"Communes, .*indicati|communes_couverte_indicative|Communes couvertes \(établi\) \(reserve\)",
        _date("communes_toutes"),
    ),
    # Coverage.
    (r"Couverts \(établi\) \(communes\)", _couverture("communes_etablies")),
    (
        r"(?:Couverts \(indicatif\)|[Dd]ans un périmètre indicatif masqué|Ajoutés?.*) \(communes\)",
        _couverture("communes_ajoutees"),
    ),
    (r"Sans périmètre .*\(communes\)", _couverture("communes_sans")),
    (r"Couverts \(établi\)|Habitants couverts \(établi\)", _couverture("etablis")),
    (r"Couverts \(indicatif\)|[Dd]ans un périmètre indicatif masqué", _couverture("ajoutes")),
    (r"Sans périmètre (?:connu|établi)$", _couverture("sans")),
    (r"Habitants \(2023\)", _couverture("total")),
    (r"Habitants$", _part_d_etat(0, 1)),
    (r"Part$", _part_d_etat(1, 0.01)),
    (r"Écrit$", _part_d_etat(1, 1)),
    (r"En zone blanche", lambda r, e: r.white(q) if (q := r.row(e)) else None),
    (r"Rang$", _mesure("rang")),
    (
        r"Établis?$",
        lambda r, e: (qui := r.row(e)) and r.minimum(r.covered("part_etablie", qui), qui),
    ),
    (
        r"Établis et indicatifs$|Indicatif$|Avec les périmètres indicatifs$",
        _couverture("part_tous"),
    ),
    # The sheet.
    (r"(?:Annoncé|Calculé|Écart)$", _fiche),
    (r"Habitants dans la CPTS", _dans_la_cpts("habitants")),
    (r"Part de la CPTS", _dans_la_cpts("part_de_la_cpts")),
    (r"Part de ses habitants", _dans_la_cpts("part_de_ses_habitants")),
    (r"Frontière", _frontiere),
    # The tables of CPTS, of communes and of zones.
    (r"Population annoncée$", _annonce("population_annoncee")),
    (r"Communes annoncées$", _annonce("communes_annoncees")),
    (r"Sans médecin traitant$", _part),
    (r"Population \(2023\)|Population calculée|population$", _mesure("population")),
    (r"Communes calculées|nb_communes|communes$", _mesure("communes")),
    (
        r"Communes$",
        lambda r, e: (
            None
            if "/" in e.texte
            else (
                _zone("communes", r, e)
                or (r.covered("communes", q, r.area(e.contexte)) if (q := r.row(e)) else None)
            )
        ),
    ),
    (r"Surface|surface_km2", _mesure("surface")),
    (r"Densité|densite", _mesure("densite")),
    (r"Évolution|evolution_population", _mesure("evolution")),
    (r"Intercommunalités$", _mesure("epci")),
)
COLONNES = tuple((re.compile(motif), dire) for motif, dire in _CONNUES)
