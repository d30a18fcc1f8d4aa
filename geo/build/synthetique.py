"""A synthetic membership of the whole country: EPCI stand for CPTS, and nothing in it is true.

It lets the application be tried at the size of France, for which no public table of memberships
exists. Everything is drawn from a hash of the SIREN, so that two builds agree, and every name and
source says that it is synthetic.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pandas as pd

from geo.build.perimetres import COMMUNES, POPULATION, expand_perimetres
from geo.lecture.schemas import read_schema
from geo.perimetre import CONTRE, DEDUIT, DOCUMENTE, HYPOTHESE, POUR

PREFIXE = "SYNTHÉTIQUE – "
SOURCE = {
    "source_id": "donnees-synthetiques",
    "titre": "Données synthétiques, fabriquées pour les essais : aucune de ces CPTS n'existe",
    "producteur": "cet atlas (données synthétiques)",
    "date": "",
    "fichier": "",
    "url": "",
}
NOTE = "donnée synthétique, fabriquée pour les essais"
JUSTIFICATION = "tirage synthétique, fabriqué pour les essais"

# One draw in so many.
SUR_NON_COUVERT = 5
SUR_SANS_PERIMETRE = 8  # of the EPCI left uncovered
SUR_CHEVAUCHEMENT = 40
SUR_DEPARTEMENT_COMPLET = 6

# Value and weight of each draw.
STATUTS = {
    "aci_signe": 45,
    "lancee": 15,
    "projet_valide": 15,
    "lettre_intention": 12,
    "emergence": 8,
    "inconnu": 3,
    "abandonne": 2,
}
CONFIANCES = {DOCUMENTE: 50, DEDUIT: 25, HYPOTHESE: 25}
PRECISIONS = {"jour": 60, "mois": 20, "avant": 10, "inconnue": 10}
BASES = {"population": 55, "plus_de_17_ans": 20, "17_ans_et_plus": 15, "70_ans_et_plus": 10}
QUALIFICATIFS = {"egal": 50, "environ": 20, "plus_de": 15, "pres_de": 15}
PREMIER_JOUR = dt.date(2019, 1, 1)
DERNIER_JOUR = dt.date(2026, 6, 30)
PRIORITES = (
    "accès au médecin traitant",
    "soins non programmés",
    "parcours pluriprofessionnels",
    "prévention",
    "réponse aux crises sanitaires",
    "accompagnement des professionnels",
)

Ligne = dict[str, Any]


def make_tables(communes: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Draw a membership and the facts that go with it.

    Parameters
    ----------
    communes
        ``code_commune``, ``code_departement``, ``siren_epci`` and ``nom_epci`` (missing outside
        any EPCI), ``population``.

    Returns
    -------
    dict
        The tables ``cpts``, ``perimetres``, ``cpts_fiches``, ``cpts_faits``, ``completude``,
        ``sources`` (the synthetic one alone), ``jalons`` and ``statistiques`` (without any row: no
        published figure is made up), each as its schema wants it. A fifth of the EPCI, about, stay uncovered; an
        eighth of these have a CPTS without perimeter; a few CPTS take a commune of another.
    """
    epci = _list_epci(communes)
    libre = epci["siren_epci"].map(lambda siren: _draw("couverture", siren, SUR_NON_COUVERT) == 0)
    muette = libre & epci["siren_epci"].map(
        lambda siren: _draw("perimetre", siren, SUR_SANS_PERIMETRE) == 0
    )
    dessines, muets = epci[~libre], epci[muette]
    perimetres = pd.DataFrame([*map(_perimetre, _rows(dessines)), *_overlaps(dessines, communes)])
    cpts = expand_perimetres(perimetres, communes)
    existantes = pd.concat([dessines, muets]).sort_values("siren_epci")
    return {
        "cpts": cpts,
        "perimetres": perimetres.sort_values(["cpts_id", "code_unite"], ignore_index=True),
        "cpts_fiches": pd.DataFrame(
            [_fiche(ligne) for ligne in _rows(existantes)],
        ).assign(departements=_departements(existantes, cpts, communes)),
        "cpts_faits": pd.DataFrame(
            [fait for ligne in _rows(existantes) for fait in _faits(ligne)]
        ).astype({"numerateur": "Int64"}),
        "completude": _completude(communes, muets),
        "sources": pd.DataFrame([SOURCE]),
        **{
            nom: pd.DataFrame(columns=[champ["name"] for champ in read_schema(nom)["fields"]])
            for nom in ("jalons", "statistiques")
        },
    }


def _draw(usage: str, siren: str, n: int) -> int:
    """Draw a number from 0 to n - 1, the same at every build and for each use another."""
    return int.from_bytes(hashlib.sha256(f"{usage}/{siren}".encode()).digest()[:8]) % n


def _choose(usage: str, siren: str, poids: dict[str, int]) -> str:
    reste = _draw(usage, siren, sum(poids.values()))
    for valeur, part in poids.items():
        if reste < part:
            return valeur
        reste -= part
    raise AssertionError


def _cpts_id(siren: str) -> str:
    return f"cpts-{siren}"


def _rows(table: pd.DataFrame) -> list[Ligne]:
    return table.to_dict("records")  # type: ignore[return-value]


def _list_epci(communes: pd.DataFrame) -> pd.DataFrame:
    """Return one row per EPCI, sorted by SIREN: what the draws need to know of it."""
    peuplees = communes.dropna(subset="siren_epci").sort_values(
        ["siren_epci", "population", "code_commune"], ascending=[True, False, True]
    )
    epci = peuplees.groupby("siren_epci", as_index=False).agg(
        nom_epci=("nom_epci", "first"),
        code_commune_repere=("code_commune", "first"),
        plus_petite=("code_commune", "last"),
        departement=("code_departement", "first"),
        communes=("code_commune", "size"),
        population=("population", "sum"),
    )
    homonymes = epci["nom_epci"].duplicated(keep=False)
    precision = " (" + epci["siren_epci"] + ")"
    return epci.assign(nom=PREFIXE + epci["nom_epci"] + precision.where(homonymes, ""))


def _perimetre(epci: Ligne) -> Ligne:
    return {
        "cpts_id": _cpts_id(epci["siren_epci"]),
        "type_unite": "epci",
        "code_unite": epci["siren_epci"],
        "nom_unite": epci["nom_epci"],
        COMMUNES: epci["communes"],
        POPULATION: epci["population"],
        "confiance": _choose("confiance", epci["siren_epci"], CONFIANCES),
        "justification": JUSTIFICATION,
        POUR: SOURCE["source_id"],
        CONTRE: "",
    }


def _overlaps(dessines: pd.DataFrame, communes: pd.DataFrame) -> list[Ligne]:
    """Let a few CPTS take the smallest commune of the next one of their department."""
    suivantes = dessines.groupby("departement")["plus_petite"].shift(-1)
    par_code = communes.set_index("code_commune")
    lignes = []
    for siren, prise in zip(dessines["siren_epci"], suivantes, strict=True):
        if pd.isna(prise) or _draw("chevauchement", siren, SUR_CHEVAUCHEMENT):
            continue
        lignes.append(
            {
                "cpts_id": _cpts_id(siren),
                "type_unite": "commune",
                "code_unite": prise,
                "nom_unite": par_code.loc[prise, "nom"],
                COMMUNES: 1,
                POPULATION: int(par_code.loc[prise, "population"]),
                "confiance": HYPOTHESE,
                "justification": JUSTIFICATION,
                POUR: SOURCE["source_id"],
                CONTRE: "",
            }
        )
    return lignes


def _fiche(epci: Ligne) -> Ligne:
    siren = epci["siren_epci"]
    premiere = _draw("priorite", siren, len(PRIORITES))
    nombre = _draw("priorites", siren, 4)
    return {
        "cpts_id": _cpts_id(siren),
        "nom": epci["nom"],
        "departements": "",
        "code_commune_repere": epci["code_commune_repere"],
        "statut": _choose("statut", siren, STATUTS),
        "statut_mot_source": "étape synthétique",
        **_date(siren),
        "priorites": "|".join((PRIORITES * 2)[premiere : premiere + nombre]),
        "partenaires": "",
        "note": NOTE,
        "source_id": SOURCE["source_id"],
    }


def _date(siren: str) -> dict[str, str]:
    precision = _choose("precision", siren, PRECISIONS)
    jours = (DERNIER_JOUR - PREMIER_JOUR).days + 1
    jour = PREMIER_JOUR + dt.timedelta(days=_draw("date", siren, jours))
    debut, fin = {
        "jour": (jour.isoformat(), jour.isoformat()),
        "mois": (jour.replace(day=1).isoformat(), _month_end(jour).isoformat()),
        "avant": ("", jour.isoformat()),
        "inconnue": ("", ""),
    }[precision]
    return {"date_min": debut, "date_max": fin, "date_precision": precision}


def _month_end(jour: dt.date) -> dt.date:
    suivant = jour.replace(day=28) + dt.timedelta(days=4)
    return suivant - dt.timedelta(days=suivant.day)


def _departements(
    existantes: pd.DataFrame, cpts: pd.DataFrame, communes: pd.DataFrame
) -> list[str]:
    """Return the departments of each CPTS, the most populous first."""
    par_code = communes.set_index("code_commune")[["code_departement", "population"]]
    membres = cpts.join(par_code, on="code_commune")
    peuplement = membres.groupby(["cpts_id", "code_departement"])["population"].sum()
    ordre = peuplement.reset_index().sort_values(
        ["cpts_id", "population", "code_departement"], ascending=[True, False, True]
    )
    listes = ordre.groupby("cpts_id")["code_departement"].agg("|".join).to_dict()
    return [
        listes.get(_cpts_id(siren), departement)
        for siren, departement in zip(
            existantes["siren_epci"], existantes["departement"], strict=True
        )
    ]


def _faits(epci: Ligne) -> list[Ligne]:
    """Draw announced figures: some blank, some exact, some up to 14 % off."""
    siren = epci["siren_epci"]
    ecart_pct = _draw("ecart", siren, 29) - 14
    lignes = []
    if _draw("population", siren, 5) < 3:  # noqa: PLR2004  # three in five
        annoncee = max(100, round(epci["population"] * (100 + ecart_pct) / 10_000) * 100)
        lignes.append(_fait(siren, "population_annoncee", annoncee))
    if _draw("communes", siren, 5) < 2:  # noqa: PLR2004  # two in five
        lignes.append(_fait(siren, "communes_annoncees", epci["communes"]))
    if _draw("professionnels", siren, 5) == 0:
        lignes.append(_fait(siren, "professionnels_annonces", 20 + _draw("effectif", siren, 280)))
    if _draw("medecin-traitant", siren, 2):
        base = _choose("base", siren, BASES)
        part_pct = 4 + _draw("part", siren, 120) / 10
        numerateur = (
            round(epci["population"] * part_pct / 100)
            if base == "population" and _draw("numerateur", siren, 3) == 0
            else None
        )
        lignes.append(
            _fait(siren, "part_sans_medecin_traitant", part_pct, base=base, numerateur=numerateur)
        )
    return lignes


def _fait(
    siren: str, indicateur: str, valeur: float, base: str = "", numerateur: int | None = None
) -> Ligne:
    return {
        "cpts_id": _cpts_id(siren),
        "indicateur": indicateur,
        "valeur": f"{valeur:g}" if isinstance(valeur, float) else str(valeur),
        "qualificatif": _choose(f"qualificatif-{indicateur}", siren, QUALIFICATIFS),
        "base": base,
        "numerateur": numerateur,
        "source_id": SOURCE["source_id"],
    }


def _completude(communes: pd.DataFrame, muets: pd.DataFrame) -> pd.DataFrame:
    """Call a few departments complete, among those where every CPTS is drawn."""
    touches = communes["siren_epci"].isin(muets["siren_epci"])
    douteux = set(communes.loc[touches, "code_departement"])
    codes = sorted(communes["code_departement"].unique())
    complets = [
        code not in douteux and _draw("completude", code, SUR_DEPARTEMENT_COMPLET) == 0
        for code in codes
    ]
    return pd.DataFrame(
        {
            "code_departement": codes,
            "complet": ["oui" if complet else "non" for complet in complets],
            "note": NOTE,
        }
    )
