"""The facts, recomputed from the shipped files with pandas and shapely: nothing here knows how the application does it."""

import json
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pyproj
import shapely

ETABLIES = ("documente", "deduit")
# From the weakest: that of a perimeter is the weakest of its parts.
CONFIANCES = ("hypothese", "deduit", "documente")
# Borders shorter than that are a touch at a point.
_TOUCHE_M = 1e-6


@dataclass(frozen=True, slots=True)
class Couverture:
    """How many inhabitants and communes of a territory are in each state."""

    total: int
    communes: int
    etablis: int
    communes_etablies: int
    tous: int
    communes_toutes: int
    masques: int
    communes_masquees: int

    @property
    def part(self) -> float:
        return 100 * self.etablis / self.total

    @property
    def part_tous(self) -> float:
        return 100 * self.tous / self.total

    @property
    def sans(self) -> int:
        return self.total - self.tous

    @property
    def communes_sans(self) -> int:
        return self.communes - self.communes_toutes


@dataclass(frozen=True, slots=True)
class Somme:
    """A sum of announced figures: its value, the weakest qualifier among them, and how many they are."""

    valeur: int
    qualificatifs: frozenset[str]
    n: int


@dataclass(frozen=True, slots=True)
class Jour:
    """The roll-out at a date."""

    certaines: tuple[str, ...]
    possibles: tuple[str, ...]
    a_venir: tuple[str, ...]
    sans_date: tuple[str, ...]
    hors: tuple[str, ...]
    abandonnees: tuple[str, ...]
    entrees: tuple[str, ...]
    annonce: Somme
    etablis: tuple[int, int]
    tous: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Zone:
    """Communes in no perimeter, linked by shared borders."""

    chef: str
    codes: frozenset[str]
    population: int
    surface_km2: float


class Faits:
    """What the files of a data folder say, and what follows from them by addition."""

    def __init__(self, dossier: Path) -> None:
        self.dossier = dossier
        lus = json.loads((dossier / "communes.geojson").read_text(encoding="utf-8"))["features"]
        self.communes = pd.DataFrame([f["properties"] for f in lus]).set_index("code_commune")
        self._contours = pd.Series(
            [shapely.geometry.shape(f["geometry"]) for f in lus], index=self.communes.index
        )
        self.fiches = self._read("cpts_fiches.csv").set_index("cpts_id")
        self.adhesions = self._read("cpts.csv")
        self.annonces = self._read("cpts_faits.csv")
        self.annonces["valeur"] = self.annonces["valeur"].astype(float)
        self.jalons = self._read("jalons.csv")
        self.jalons["valeur"] = self.jalons["valeur"].astype(float)
        self.statuts = self._read("statuts.csv").set_index("statut")
        self.statistiques = self._read("statistiques.csv")
        self.sources = self._read("sources.csv").set_index("source_id")
        self.departements = self._read("departements.csv").set_index("code_departement")
        completude = self._read("completude.csv")
        self.complets = set(completude.loc[completude["complet"] == "oui", "code_departement"])
        self.population_2017 = self._variable("population_2017")

    def _read(self, nom: str) -> pd.DataFrame:
        return pd.read_csv(self.dossier / nom, dtype=str, keep_default_na=False)

    def _variable(self, nom: str) -> pd.Series:
        table = self._read(f"variables/{nom}.csv").set_index("code_commune")
        return pd.to_numeric(table[nom], errors="coerce").reindex(self.communes.index)

    # The territories: always a list of codes of communes.

    @cached_property
    def etude(self) -> pd.Index:
        return self.communes.index[self.communes["etude"]]

    def of_departements(self, codes: Collection[str]) -> pd.Index:
        """List the communes of departments; none, the study area."""
        if not codes:
            return self.etude
        return self.communes.index[self.communes["code_departement"].isin(list(codes))]

    def of_cpts(self, cpts_id: str, *, etablie: bool = False) -> pd.Index:
        siennes = self.adhesions["cpts_id"] == cpts_id
        if etablie:
            siennes &= self.adhesions["confiance"].isin(ETABLIES)
        return pd.Index(self.adhesions.loc[siennes, "code_commune"].unique())

    def of_epci(self, siren: str) -> pd.Index:
        return self.communes.index[self.communes["siren_epci"] == siren]

    # What is measured of one.

    @cached_property
    def _populations(self) -> dict[str, int]:
        return self.communes["population"].to_dict()

    def population(self, codes: Iterable[str]) -> int:
        return sum(self._populations[code] for code in codes)

    def distincts(self, codes: Iterable[str], colonne: str) -> int:
        """Count the EPCI, or the departments, of some communes."""
        return int(self.communes.loc[list(codes), colonne].nunique())

    @cached_property
    def plats(self) -> pd.Series:
        """Return the outlines in Lambert 93, in metres."""
        lambert = pyproj.Transformer.from_crs(4326, 2154, always_xy=True)
        plats = shapely.transform(
            self._contours.to_numpy(),
            lambda xy: np.column_stack(lambert.transform(xy[:, 0], xy[:, 1])),
        )
        return pd.Series(plats, index=self.communes.index)

    @cached_property
    def surfaces_km2(self) -> pd.Series:
        return pd.Series(shapely.area(self.plats.to_numpy()) / 1e6, index=self.communes.index)

    @cached_property
    def _surfaces(self) -> dict[str, float]:
        return self.surfaces_km2.to_dict()

    def surface(self, codes: Iterable[str]) -> float:
        return sum(self._surfaces[code] for code in codes)

    def densite(self, codes: Iterable[str]) -> float:
        siens = list(codes)
        return self.population(siens) / self.surface(siens)

    def evolution(self, codes: Iterable[str]) -> float:
        """Return the yearly change from 2017 to 2023, in per cent."""
        siens = list(codes)
        avant = self.population_2017.loc[siens].sum()
        return float(100 * ((self.population(siens) / avant) ** (1 / 6) - 1))

    def plus_peuplee(self, codes: Iterable[str]) -> str:
        return max(sorted(codes), key=self._populations.__getitem__)

    # The CPTS.

    @cache  # noqa: B019 - one object a run
    def confiance(self, cpts_id: str) -> str:
        """Return the weakest confidence of its memberships; empty where it has none."""
        siennes = set(self.adhesions.loc[self.adhesions["cpts_id"] == cpts_id, "confiance"])
        return next((c for c in CONFIANCES if c in siennes), "")

    def indicative(self, cpts_id: str) -> bool:
        return self.confiance(cpts_id) == "hypothese"

    def is_partly_etablie(self, cpts_id: str) -> bool:
        siennes = self.adhesions["cpts_id"] == cpts_id
        return bool((siennes & self.adhesions["confiance"].isin(ETABLIES)).any())

    def dessinee(self, cpts_id: str) -> bool:
        return bool(self.confiance(cpts_id))

    @cache  # noqa: B019 - one object a run
    def comptees(self) -> tuple[str, ...]:
        """List the CPTS « en fonctionnement »."""
        compte = self.fiches["statut"].map(self.statuts["compte_en_fonctionnement"])
        return tuple(str(i) for i in self.fiches.index[compte == "oui"])

    def connues(self, departements: tuple[str, ...] = ()) -> list[str]:
        """List the CPTS whose sheet names one of the departments; no department, all of them."""
        voulus = set(departements)
        siens = self.fiches["departements"].str.split("|")
        return [str(i) for i, codes in siens.items() if not voulus or voulus & set(codes)]

    @cache  # noqa: B019 - one object a run
    def debordent(self, departements: tuple[str, ...]) -> list[str]:
        """List the CPTS whose perimeter has communes of departments that its sheet does not name."""
        dedans = set(self.of_departements(departements))
        connues = self.connues(departements)
        return [
            str(i)
            for i in self.fiches.index
            if i not in connues and dedans & set(self.of_cpts(str(i)))
        ]

    @cache  # noqa: B019 - one object a run
    def annonce(self, cpts_id: str, indicateur: str) -> tuple[float, str] | None:
        """Return a published figure and its qualifier."""
        a = self.annonces
        siennes = a[(a["cpts_id"] == cpts_id) & (a["indicateur"] == indicateur)]
        if siennes.empty:
            return None
        return float(siennes["valeur"].iloc[0]), str(siennes["qualificatif"].iloc[0])

    def somme(self, cpts_ids: Collection[str]) -> Somme:
        """Add up what some CPTS announce."""
        a = self.annonces
        siennes = a[(a["indicateur"] == "population_annoncee") & a["cpts_id"].isin(list(cpts_ids))]
        return Somme(int(siennes["valeur"].sum()), frozenset(siennes["qualificatif"]), len(siennes))

    # Who is covered.

    @cache  # noqa: B019 - one object a run
    def couvertes(self, cpts_ids: tuple[str, ...], *, indicatifs: bool) -> frozenset[str]:
        """List the communes in the perimeter of some CPTS."""
        siennes = self.adhesions["cpts_id"].isin(list(cpts_ids))
        if not indicatifs:
            siennes &= self.adhesions["confiance"].isin(ETABLIES)
        return frozenset(self.adhesions.loc[siennes, "code_commune"])

    def couverture(self, codes: Collection[str]) -> Couverture:
        siens = set(codes)
        etablies = self.couvertes(self.comptees(), indicatifs=False) & siens
        toutes = self.couvertes(self.comptees(), indicatifs=True) & siens
        return Couverture(
            total=self.population(siens),
            communes=len(siens),
            etablis=self.population(etablies),
            communes_etablies=len(etablies),
            tous=self.population(toutes),
            communes_toutes=len(toutes),
            masques=self.population(toutes - etablies),
            communes_masquees=len(toutes - etablies),
        )

    # The gaps.

    def links(self, communes: Collection[str]) -> nx.Graph:
        """Link communes that share a border, whose length is kept, in kilometres."""
        codes = sorted(communes)
        plats = self.plats.loc[codes].to_numpy()
        un, autre = shapely.STRtree(plats).query(plats, predicate="intersects")
        avant = un < autre
        un, autre = un[avant], autre[avant]
        longueurs = shapely.length(shapely.intersection(plats[un], plats[autre]))
        liens = nx.Graph()
        liens.add_nodes_from(codes)
        liens.add_weighted_edges_from(
            (codes[a], codes[b], m / 1000)
            for a, b, m in zip(un, autre, longueurs, strict=True)
            if m > _TOUCHE_M
        )
        return liens

    def zones(self, departements: Collection[str]) -> list[Zone]:
        """Group the communes that are in no perimeter that counts, the most populous group first.

        No department is the study area.
        """
        dedans = set(self.of_departements(departements)) & set(self.etude)
        restes = dedans - self.couvertes(self.comptees(), indicatifs=True)
        zones = [
            Zone(self.plus_peuplee(g), frozenset(g), self.population(g), self.surface(g))
            for g in nx.connected_components(self.links(restes))
        ]
        return sorted(zones, key=lambda z: (-z.population, z.chef))

    def frontiere_km(self, zone: Collection[str], cpts_id: str) -> float:
        """Measure the border between a zone and the communes of a CPTS that are not of it."""
        siennes = set(self.of_cpts(cpts_id)) - set(zone)
        liens = self.links(set(zone) | siennes)
        return float(
            sum(km for _, _, km in nx.edge_boundary(liens, set(zone), siennes, data="weight"))
        )

    # The roll-out.

    def jour(self, date: str, departements: tuple[str, ...] = ()) -> Jour:
        """Tell what is known of departments at a day."""
        cas: dict[str, list[str]] = {nom: [] for nom in _CAS}
        comptees = set(self.comptees())
        for cpts_id in self.connues(departements):
            fiche = self.fiches.loc[cpts_id]
            cas[_case(fiche, date, compte=cpts_id in comptees)].append(cpts_id)
        certaines = cas["certaines"]
        dedans = set(self.of_departements(departements))
        # A commune comes in with whatever CPTS holds it, though that one names another department.
        fins = self.fiches["date_max"]
        arrivees = tuple(i for i in self.comptees() if fins[i] and fins[i] <= date)
        etablies = self.couvertes(arrivees, indicatifs=False) & dedans
        toutes = self.couvertes(arrivees, indicatifs=True) & dedans
        return Jour(
            **{nom: tuple(ids) for nom, ids in cas.items()},
            entrees=tuple(i for i in certaines if self.fiches.loc[i, "date_max"] == date),
            annonce=self.somme(certaines),
            etablis=(self.population(etablies), len(etablies)),
            tous=(self.population(toutes), len(toutes)),
        )

    # What declares the indicators.

    @cached_property
    def declarations(self) -> dict[str, dict]:
        fichiers = sorted((self.dossier / "indicateurs").glob("*.toml"))
        return {f.stem: tomllib.loads(f.read_text(encoding="utf-8")) for f in fichiers}


_CAS = ("certaines", "possibles", "a_venir", "sans_date", "hors", "abandonnees")


def _case(fiche: pd.Series, date: str, *, compte: bool) -> str:
    if fiche["statut"] == "abandonne":
        return "abandonnees"
    if not compte:
        return "hors"
    if not fiche["date_max"]:
        return "sans_date"
    if fiche["date_max"] <= date:
        return "certaines"
    return "possibles" if fiche["date_min"] <= date else "a_venir"
