"""The sentences that the audit knows: a pattern whose groups are numbers, and what each of them should be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tests.audit.attendu import Attendu

if TYPE_CHECKING:
    from tests.audit.enonce import Enonce
    from tests.audit.regles import Regles

_BLANC = r"[\s\xa0\u202f]+"
_NOMBRE = r"(\d{1,3}(?:[\u202f\xa0 ]\d{3})+(?!\d)|\d+)"
_DECIMAL = r"(\d+(?:,\d+)?)"
_MOT = r"(?:environ |env\. |au moins |plus de |moins de |près de )?"
Dire = Callable[["Regles", "Enonce", "re.Match[str]"], list]


def _motif(texte: str) -> re.Pattern[str]:
    texte = texte.replace("{mot}", _MOT).replace(" ", _BLANC)
    return re.compile(texte.replace("{n}", _NOMBRE).replace("{p}", _DECIMAL))


def expect(r: Regles, e: Enonce) -> Iterator[tuple[int, int, Attendu]]:
    """Say what the numbers of a sentence should be: where each begins and ends, and what is expected of it."""
    for motif, dire in PHRASES:
        for m in motif.finditer(e.texte):
            for rang, attendu in enumerate(dire(r, e, m), start=1):
                if attendu is not None and m[rang] is not None:
                    yield (*m.span(rang), attendu)


def _zone(r: Regles, e: Enonce) -> tuple[str, str]:
    return r.area(e.contexte)


def _place(r: Regles, e: Enonce, m: re.Match[str]) -> tuple[str, str]:
    """Tell of which area a sentence speaks: the one that it names first, else that of the filters."""
    nommees = [q for q in r.named(e.texte[: m.start(1)]) if q[0] in ("dep", "region")]
    return nommees[0] if nommees else _zone(r, e)


def _sujet(r: Regles, e: Enonce, m: re.Match[str]) -> tuple[str, str] | None:
    """Tell of whom a sentence speaks: the last named before the number, else the CPTS of the page, else its title."""
    ligne = r.row(e) if e.colonne else None
    if ligne:
        return ligne
    nommes = r.named(e.texte[: m.start(1)])
    if nommes:
        return nommes[-1]
    titres = [q for q in r.named(e.sous) if q[0] == "cpts"]
    if titres:
        return titres[-1]
    return ("cpts", e.contexte.cpts) if e.contexte.cpts and "," not in e.contexte.cpts else None


def _mesure(quoi: str) -> Dire:
    def dire(r: Regles, e: Enonce, m: re.Match[str]) -> list:
        qui = _sujet(r, e, m)
        return [r.measure(quoi, qui) if qui else None]

    return dire


def _annonce(*quoi: str) -> Dire:
    def dire(r: Regles, e: Enonce, m: re.Match[str]) -> list:
        qui = _sujet(r, e, m)
        return [r.announced(q, qui[1]) if qui and qui[0] == "cpts" else None for q in quoi]

    return dire


def _part_sans_medecin(r: Regles, e: Enonce, m: re.Match[str]) -> list:
    qui = _sujet(r, e, m)
    if not qui or qui[0] != "cpts":
        return [None]
    return [r.share(qui[1], float(m[1].replace(",", ".")))]


def _couverts(r: Regles, e: Enonce, m: re.Match[str]) -> list:
    qui = _zone(r, e)
    # What follows in brackets is a minimum as what it follows is.
    return [
        r.minimum(r.covered("etablis", qui), qui),
        r.covered("part_etablie", qui),
        *_assise(r, e, m, 3),
        r.covered("part_tous", qui),
    ]


def _taux(r: Regles, e: Enonce, m: re.Match[str]) -> list:
    qui = _zone(r, e)
    return [
        r.minimum(r.covered("part_etablie", qui), qui),
        *_assise(r, e, m, 2),
        r.covered("part_tous", qui),
    ]


def _assise(r: Regles, e: Enonce, m: re.Match[str], rang: int) -> list:
    """Count the perimeters that a rate rests on, all of them or, where all are, those that are deduced; then the latter."""
    return (
        [r.resting(_zone(r, e), deduits=False), r.resting(_zone(r, e), deduits=True)]
        if m[rang]
        else [None, None]
    )


def _total(quoi: str) -> Dire:
    return lambda r, e, _m: [r.covered(quoi, _zone(r, e))]


def _compte(quoi: str) -> Dire:
    return lambda r, e, _m: [r.count(quoi, _zone(r, e), indicatifs=e.contexte.indicatifs)]


def _legende(quoi: str) -> Dire:
    """Read a legend, but that of a date or of an event: it counts those that are there, or within the frame.

    That of the gaps counts the CPTS that count, or may.
    """

    def dire(r: Regles, e: Enonce, m: re.Match[str]) -> list:
        page = e.contexte.page.split(",")[0]
        if e.contexte.date or page in ("deploiement", "presentation"):
            return []
        zones = page == "zones_blanches" and quoi == "indicatives"
        return _compte("possibles_indicatives" if zones else quoi)(r, e, m)

    return dire


def _jour(*quoi: str) -> Dire:
    return lambda r, e, _m: [r.at_date(q, e.contexte.date, _zone(r, e)) for q in quoi]


def _etape_du_jour(r: Regles, e: Enonce, m: re.Match[str]) -> list:
    """Read a line of the stages: who came in, and what they announce together."""
    return [r.entering(e.texte[: m.start(1)])]


def _ecarts(r: Regles, e: Enonce, _m: re.Match[str]) -> list:
    """Read the difference of a cell to the first territory."""
    if e.genre != "difference" or len(e.ligne) < 3:
        return []
    de, a = r.noms.get(e.ligne[1][0]), r.noms.get(e.colonne)
    if not de or not a or e.ligne[1][0] == e.colonne:
        return []
    libelle = e.case("Indicateur")
    return [r.difference(libelle, de, a, en_pct=False), r.difference(libelle, de, a, en_pct=True)]


def _absorbee(r: Regles, e: Enonce, _m: re.Match[str]) -> list:
    zone, nommees = r.zone_named(e), r.named(e.case("CPTS"))
    if not zone or not nommees:
        return []
    cpts = nommees[0]
    return [
        r.absorbing("population", cpts[1], zone),
        r.measure("population", cpts),
        r.absorbing("communes", cpts[1], zone),
    ]


def _de_zone(r: Regles, e: Enonce, _m: re.Match[str]) -> list:
    zone = r.zone_named(e)
    if not zone:
        return []
    nom, ou = r.faits.communes.loc[zone.chef, "nom"], r.area(e.contexte)
    return [r.zone(q, nom, ou) for q in ("communes", "population", "surface", "densite", "epci")]


def _parmi(r: Regles, e: Enonce, _m: re.Match[str]) -> list:
    """Read « 94 / 536 »: the communes of a department, or of an EPCI, that are in the CPTS or the zone."""
    qui, zone = r.row(e), r.zone_named(e)
    if not qui:
        return []
    dedans = zone.codes if zone else set(r.codes(("cpts", e.contexte.cpts)))
    ou = zone.chef if zone else e.contexte.cpts
    toutes = r.codes(qui)
    return [
        Attendu(("communes_dans", ou, *qui), len(dedans & set(toutes))),
        r.measure("communes", qui),
    ]


def _liste(r: Regles, e: Enonce, m: re.Match[str]) -> list:
    """Read the title of a list of communes: it counts its rows, whatever they are worth."""
    qui = _sujet(r, e, m)
    return [Attendu(("lignes", *qui), len(r.codes(qui)))] if qui else []


def _par_departement(r: Regles, e: Enonce, m: re.Match[str]) -> list:
    """Read « Doubs, 2 »: the milestone of a department on the day of the event."""
    return [None, r.milestone_of_event(m[1], m[2], e.contexte.cpts)]


def _connu(r: Regles, e: Enonce, _m: re.Match[str]) -> list:
    return r.known_at(e) if e.colonne.startswith("Dans les données") else []


# The first that fits a number counts: the more precise come first.
_CONNUES: tuple[tuple[str, Dire], ...] = (
    # What a comparison says of a territory.
    (
        r" : habitants couverts d'après {n} périmètres? \w+(?:, dont {n} déduits?)?",
        lambda r, e, m: [r.resting(_place(r, e, m), deduits=deduits) for deduits in (False, True)],
    ),
    # The line of figures of the home page, and what it counts.
    (r"^{n} CPTS en fonctionnement ·", _compte("comptees")),
    (
        r"{n} habitants couverts \({p} %(?: ; d'après {n} périmètres? \w+(?:, dont {n} déduits?)?)?(?: ; {mot}{p} %)?",
        _couverts,
    ),
    (
        r"· {mot}{n} communes sur {n}",
        lambda r, e, _m: [
            r.minimum(r.covered("communes_etablies", _zone(r, e)), _zone(r, e)),
            r.covered("communes", _zone(r, e)),
        ],
    ),
    (r"publié pour {n} CPTS", _compte("publient")),
    (r"^{n} territoires? dessinés?", _compte("dessinees")),
    (r"\(dont {n} indicatifs?", _compte("indicatives")),
    (r"{n} périmètres? indicatifs? masqués?", _compte("masquees")),
    (
        r"{n} CPTS (?:qui comptent? )?sans périmètre connu s[’']y ajoute(?:nt)? \({mot}{n} habitants annoncés",
        lambda r, e, _m: [
            r.count("comptees_sans_perimetre", _zone(r, e)),
            r.undrawn_sum(_zone(r, e)),
        ],
    ),
    (
        r"{n} CPTS (?:qui comptent? )?sans périmètre connu s[’']y ajoute",
        _compte("comptees_sans_perimetre"),
    ),
    (r"annoncés par {n} d[’']entre elles", lambda r, e, _m: [r.undrawn_announcing(_zone(r, e))]),
    # Two territories compared: the first number of a cell, and its share.
    (
        r"^(?:env\. )?([+−]?\d[\d\s]*(?:,\d+)?)(?: points?| %)?(?: \(([+−]\d[\d\s]*(?:,\d+)?) %\))?$",
        _ecarts,
    ),
    # What a CPTS would be with a zone.
    (r"^{mot}{n} (?:au lieu de|avant :) {mot}{n}(?: \+{n} communes?)?", _absorbee),
    (r"^\+{n} communes?$", lambda r, e, m: _absorbee(r, e, m)[2:]),
    (
        r"^{n} communes, {mot}{n} habitants \(2023\), {p} km², {p} hab\./km² ; {n} intercommunalités?",
        _de_zone,
    ),
    (r"^{n} / {n}$", _parmi),
    (r"{n} CPTS sans périmètre connu(?! s)", _compte("sans_perimetre")),
    (r"[Ss]ur {n} CPTS connues?", _compte("connues")),
    (
        r"{p} % des habitants couverts(?: \(périmètres établis\)|, d'après {n} périmètres? \w+(?:, dont {n} déduits?)?)?(?:, {mot}{p} %)?",
        _taux,
    ),
    (
        r"{n} des {n} CPTS montrées? (?:sont|est) sans périmètre connu",
        lambda r, e, _m: [r.count(q, _zone(r, e)) for q in ("sans_perimetre", "vivantes")],
    ),
    (
        r"{n} des {n} CPTS qui comptent (?:sont|est) sans périmètre connu",
        lambda r, e, _m: [r.count(q, _zone(r, e)) for q in ("comptees_sans_perimetre", "comptees")],
    ),
    (
        r"{n} des {n} CPTS qui comptent ou dont l[’']étape n[’']est pas publiée (?:sont|est) sans",
        lambda r, e, _m: [
            r.count(q, _zone(r, e)) for q in ("possibles_sans_perimetre", "possibles")
        ],
    ),
    (
        r"\({mot}{n} habitants annoncés par {n} d[’']entre elles",
        lambda r, e, _m: [r.undrawn_sum(_zone(r, e)), r.undrawn_announcing(_zone(r, e))],
    ),
    (r" ; {n} établis? en partie\)", _compte("en_partie")),
    (
        r"{n} communes \(environ {n} habitants\) dans un périmètre indicatif masqué",
        lambda r, e, m: [r.covered(q, _place(r, e, m)) for q in ("communes_ajoutees", "ajoutes")],
    ),
    (r"{n} communes? dans un périmètre indicatif masqué", _total("communes_ajoutees")),
    (r"{n} habitants? dans un périmètre indicatif masqué", _total("ajoutes")),
    # The gaps.
    (
        r"{n} habitants \({n} communes\) hors de tout périmètre .*?, en {n} zones?",
        lambda r, e, _m: [
            r.covered("sans", _zone(r, e)),
            r.covered("communes_sans", _zone(r, e)),
            r.count("zones", _zone(r, e)),
        ],
    ),
    (
        r"la somme des CPTS et le total comptent les mêmes {mot}{n} habitants",
        lambda r, e, _m: [r.drawn(_zone(r, e), indicatifs=e.contexte.indicatifs)],
    ),
    (
        r"{n} CPTS (?:ne sont pas|n'est pas) dessinées?, faute de périmètre connu",
        _compte("possibles_sans_perimetre"),
    ),
    # The legend of a map.
    (r"^CPTS dessinée .*\({n}\)$", _legende("dessinees")),
    (r"^contour en tirets : périmètre indicatif \({n}\)$", _legende("indicatives")),
    (r"^communes? sans périmètre connu qui compte \({n}\)$", _total("communes_sans")),
    (r"^communes? dans un périmètre indicatif masqué \({n}\)$", _total("communes_ajoutees")),
    # The roll-out.
    (
        r"^{n} CPTS datées? sur {n} en fonctionnement .*?, parmi {n} connues",
        lambda r, e, _m: [r.count(q, _zone(r, e)) for q in ("datees", "comptees", "connues")],
    ),
    (r"{n} CPTS présentes? (?:à cette date )?sans périmètre connu", _jour("sans_perimetre")),
    (r", {mot}{n} habitants annoncés", _etape_du_jour),
    (r"{n} peut-être", _jour("peut_etre")),
    (r"{n} sans date", _jour("sans_date")),
    (r"^par {n} CPTS sur {n}$", _jour("n_annoncant", "n_min")),
    (
        r"[Aa]u moins {n} CPTS en fonctionnement(?: \([^)]*\))? au ",
        _jour("n_min"),
    ),
    (r"compte au moins {n} CPTS en fonctionnement", _jour("n_min")),
    # A CPTS, wherever it is spoken of.
    (
        r"{n} habitants annoncés, dans {mot}{n} communes",
        _annonce("population_annoncee", "communes_annoncees"),
    ),
    (
        r"{n} habitants et {mot}{n} communes sont annoncés",
        _annonce("population_annoncee", "communes_annoncees"),
    ),
    (
        r"(?:Calculés? sur le périmètre [^:;]*|le calcul(?: sur son périmètre [^;]*?)? donne)(?: :)? {mot}{n} habitants(?: en 2023)? et {mot}{n} communes",
        lambda r, e, m: [
            r.measure(q, qui) if (qui := _sujet(r, e, m)) else None
            for q in ("population", "communes")
        ],
    ),
    (r"{n} habitants (?:sont )?annoncés", _annonce("population_annoncee")),
    (
        r"{n} annoncés",
        _annonce("population_annoncee"),
    ),
    (r"{n} calculés en 2023", _mesure("population")),
    (r"{n} habitants en 2023", _mesure("population")),
    (r": {mot}{n} habitants en 2023", _mesure("population")),
    (r"(?<![+−\d,]){p} hab\./km²", _mesure("densite")),
    (
        r"{p} % (?:de la population|des plus de 17 ans|des 17 ans et plus|des 70 ans et plus)(?! couverte)",
        _part_sans_medecin,
    ),
    (
        r"\({n} personnes",
        lambda r, e, m: [r.numerator(qui[1]) if (qui := _sujet(r, e, m)) else None],
    ),
    (
        r"T\d \(population annoncée ; {mot}{n} habitants (?:sous|au-dessus de) la borne",
        lambda r, e, m: [r.to_bound(qui[1], annonce=True) if (qui := _sujet(r, e, m)) else None],
    ),
    (
        r"T\d \((?:population calculée|calcul)[^;]*; {mot}{n} habitants (?:sous|au-dessus de) la borne",
        lambda r, e, m: [r.to_bound(qui[1], annonce=False) if (qui := _sujet(r, e, m)) else None],
    ),
    (r"borne de {n}", lambda r, _e, m: [r.bound(m[1])]),
    (
        r"T1 sous {n} habitants, T2 sous {n}, T3 sous {n}",
        lambda r, _e, m: [r.bound(m[i]) for i in (1, 2, 3)],
    ),
    (r"^(?:Annexe : )?{n} communes$", _liste),
    (r"{n} communes de la CPTS", _mesure("communes")),
    (r"^Total {n}$", _mesure("population")),
    (
        r"^Population {mot}{n} {mot}{n} [−+]?{p} %",
        lambda r, e, m: r.sheet_line(_sujet(r, e, m), "population"),
    ),
    (
        r"^Communes {mot}{n} {mot}{n}(?: [−+]?{n})?$",
        lambda r, e, m: r.sheet_line(_sujet(r, e, m), "communes"),
    ),
    (r"et {n} autres$", lambda r, e, m: [r.others(_sujet(r, e, m), e.texte)]),
    # A line of the annex of a sheet: a code, a name, an EPCI, inhabitants.
    (
        r"^(\d[\dAB]\d{3}) .*\D {n}$",
        lambda r, _e, m: [None, r.measure("population", ("commune", m[1]))],
    ),
    (
        r"(Côte-d'Or|Doubs|Jura|Nièvre|Haute-Saône|Saône-et-Loire|Yonne)(?:,| :) {n}(?= ;|\.?$)",
        _par_departement,
    ),
    # What is published of an area, with its source, and what is known beside it.
    (r"^{n} CPTS\b", _connu),
    (r"^{p} % \(périmètres établis\), {p} %", _connu),
    (r"{n} (?:CPTS|projets)[^«]*\(", lambda r, e, m: [r.milestone(e, m[1])]),
    (r"{n} (?:CPTS|projets) ont", lambda r, e, m: [r.milestone(e, m[1])]),
    (r"{p} % de la population couverte", lambda r, e, m: [r.milestone(e, m[1])]),
    (
        r" : {mot}((?:\d{1,3}(?:[\u202f\xa0 ]\d{3})+|\d+)(?:,\d+)?)",
        lambda r, e, m: [r.statistic(e, m[1])],
    ),
)
PHRASES = tuple((_motif(motif), dire) for motif, dire in _CONNUES)
