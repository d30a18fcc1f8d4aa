"""The territorial annex of a scenario: what it says of the CPTS that the scenario touches, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.atelier.ecart import compare
from geo.atelier.etat import Etat, part_of
from geo.atelier.inconnues import index_named, list_unplaced
from geo.atelier.jauge import gauge
from geo.perimetre import ENTIERE, HYPOTHESE, cap_parts
from geo.rangees import get_row
from geo.regles.controles import SOURCE_CONTOURS
from geo.texte import sort_key

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from geo.atelier.ecart import Bilan as Touchee
    from geo.atelier.etat import Composition
    from geo.atelier.jauge import Jauge
    from geo.atelier.journal import Scenario
    from geo.atelier.sol import Sol
    from geo.atlas import Atlas
    from geo.indicateurs.registre import Millesimes


@dataclass(frozen=True, slots=True)
class CommuneAnnexe:
    """A commune: its inhabitants are those of the reference population.

    Of a split one, `part` is the share that is spoken of, and `population` counts its inhabitants.
    """

    code: str
    nom: str
    population: int
    part: float = ENTIERE


@dataclass(frozen=True, slots=True)
class Groupe:
    """Communes that have something in common, by name, and what they add up to.

    Attributes
    ----------
    code, nom
        Of what they share: an EPCI (SIREN; both empty for the communes of none) or a department.
    """

    code: str
    nom: str
    communes: tuple[CommuneAnnexe, ...]

    @property
    def population(self) -> int:
        """Add up the inhabitants."""
        return sum(commune.population for commune in self.communes)


@dataclass(frozen=True, slots=True)
class Echange:
    """Communes that come from, go to, or are shared with the same CPTS: their names, none for nobody."""

    cpts: tuple[str, ...]
    communes: tuple[CommuneAnnexe, ...]

    @property
    def population(self) -> int:
        """Add up the inhabitants."""
        return sum(commune.population for commune in self.communes)


@dataclass(frozen=True, slots=True)
class Total:
    """What a CPTS holds.

    Attributes
    ----------
    communes, population
        How many, and their inhabitants: none where the perimeter is unknown, which is not to hold nothing.
    jauge
        Their place among the size classes; ``None`` without a commune.
    connu
        Whether the perimeter is known.
    indicatif
        Whether a hypothesis is behind it.
    """

    communes: int
    population: int
    jauge: Jauge | None
    connu: bool
    indicatif: bool


@dataclass(frozen=True, slots=True)
class CptsAnnexe:
    """A CPTS that the scenario touches, as it would be; as it was, where the scenario deletes it.

    Attributes
    ----------
    nom_avant, etape_avant
        In the version in force; ``None`` where the scenario makes the CPTS.
    etape
        The label of its stage.
    avant, apres
        What it holds; ``None`` where it does not exist.
    epci, departements
        Its communes, by EPCI and by department, the most populous first.
    gagnees, perdues
        Communes that it has and had not, with the CPTS that had them; and the other way round, with the CPTS that have
        them now.
    partagees
        Communes that another CPTS of the scenario claims too.
    reparties
        Communes that it splits with others, each with a share: counted once.
    hypotheses
        How many of its communes are so by a hypothesis only.
    detachees
        Its parts that do not touch the main one.
    inconnues
        The CPTS that say they are in the departments of the communes that it gains, and of which no commune is known.
    motif
        Why it is so; empty where nobody wrote it.
    """

    cpts_id: str
    nom: str
    nom_avant: str | None
    etape: str
    etape_avant: str | None
    avant: Total | None
    apres: Total | None
    epci: tuple[Groupe, ...]
    departements: tuple[Groupe, ...]
    gagnees: tuple[Echange, ...]
    perdues: tuple[Echange, ...]
    partagees: tuple[Echange, ...]
    reparties: tuple[Echange, ...]
    hypotheses: int
    detachees: tuple[tuple[CommuneAnnexe, ...], ...]
    inconnues: tuple[str, ...]
    motif: str


@dataclass(frozen=True, slots=True)
class Absente:
    """A commune of the scenario that the atlas no longer has: counted nowhere.

    Attributes
    ----------
    code, nom
        As they were; the name is empty where no table knows it.
    successeur
        The commune that took it in; ``None`` where none is known.
    cpts
        The names of the CPTS that hold it in the scenario.
    """

    code: str
    nom: str
    successeur: CommuneAnnexe | None
    cpts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bilan:
    """The communes of all the touched CPTS together, each counted once.

    ``avant + entrees - sorties = apres``, in communes and in inhabitants: `entrees` were in none of them, `sorties`
    are in none of them any more. Each is (communes, inhabitants); a share of a commune that comes or goes is of the
    inhabitants alone.
    """

    avant: tuple[int, int]
    entrees: tuple[int, int]
    sorties: tuple[int, int]
    apres: tuple[int, int]


@dataclass(frozen=True, slots=True)
class SourceAnnexe:
    """A row of ``sources.csv``; `date` is as the file has it, empty where it is not published."""

    source_id: str
    titre: str
    producteur: str
    date: str


@dataclass(frozen=True, slots=True)
class Annexe:
    """The annex of a scenario.

    Attributes
    ----------
    scenario, auteur, note, version_en_vigueur
        Of the scenario, and what it is compared with.
    jour
        When the scenario was last changed.
    cpts
        Those that it touches (members, name, stage or existence) by name, deleted ones last.
    absentes
        Communes of the scenario that the atlas no longer has.
    sources
        Of the communes and their population, of the outlines, then of the amounts.
    millesimes
        Years of the data.
    notes_aci
        What the table says of the amounts.
    synthetique
        Whether the CPTS are made up, for trials.
    """

    scenario: str
    auteur: str
    note: str
    jour: dt.date
    version_en_vigueur: str
    cpts: tuple[CptsAnnexe, ...]
    bilan: Bilan
    absentes: tuple[Absente, ...]
    sources: tuple[SourceAnnexe, ...]
    millesimes: Millesimes
    notes_aci: tuple[str, ...]
    synthetique: bool


def make_annexe(
    atlas: Atlas,
    scenario: Scenario,
    avant: Composition,
    apres: Composition,
    motifs: Mapping[str, str],
    *,
    sol: Sol,
    version_en_vigueur: str,
) -> Annexe:
    """Gather what the annex of a scenario says.

    Parameters
    ----------
    atlas
        The data in use.
    scenario
        Its name, author, note and dates.
    avant
        The version in force.
    apres
        The scenario.
    motifs
        Why a CPTS is as it is, by ``cpts_id``.
    sol
        The ground of the atlas.
    version_en_vigueur
        How the version in force is called.
    """
    etude = _Etude(atlas, sol, avant, apres)
    touchees = compare(etude.sol, avant, apres).cpts
    cpts = [etude.describe(touchee, motifs.get(touchee.cpts_id, "")) for touchee in touchees]
    return Annexe(
        scenario=scenario.nom,
        auteur=scenario.auteur,
        note=scenario.note,
        jour=scenario.modifie_le.date(),
        version_en_vigueur=version_en_vigueur,
        cpts=tuple(sorted(cpts, key=lambda c: (c.apres is None, sort_key(c.nom), c.cpts_id))),
        bilan=etude.balance({touchee.cpts_id for touchee in touchees}),
        absentes=etude.missing(),
        sources=_sources(atlas),
        millesimes=atlas.millesimes,
        notes_aci=tuple(dict.fromkeys(map(str, atlas.aci["note"].dropna()))),
        synthetique=atlas.synthetique,
    )


class _Etude:
    """Two compositions on the ground of an atlas."""

    def __init__(self, atlas: Atlas, sol: Sol, avant: Composition, apres: Composition) -> None:
        self._atlas = atlas
        self._avant, self._apres = avant, apres
        self._etats = Etat(avant), Etat(apres)
        self.sol = sol
        noms = atlas.departements["nom"]
        self._departements = dict(zip(map(str, noms.index), map(str, noms), strict=True))

    def describe(self, touchee: Touchee, motif: str) -> CptsAnnexe:
        """Say all that the annex says of one CPTS."""
        cpts_id, etait, sera = touchee.cpts_id, touchee.avant, touchee.apres
        apres = self._members(self._etats[1], {cpts_id})
        parts = [etat.parts(cpts_id) for etat in self._etats]
        autres = {c: ids for c in apres if (ids := _ids(self._apres, c) - {cpts_id})}
        recouvertes = autres.keys() & self._etats[1].overlaps()
        return CptsAnnexe(
            cpts_id=cpts_id,
            nom=touchee.nom,
            nom_avant=etait.nom if etait else None,
            etape=self._stage((sera or self._avant.cpts[cpts_id]).statut),
            etape_avant=self._stage(etait.statut) if etait else None,
            avant=self._total(0, touchee) if etait else None,
            apres=self._total(1, touchee) if sera else None,
            epci=self._group(apres, self.sol.epci, self.sol.nom_epci, parts[1]),
            departements=self._group(apres, self.sol.departement, self._departements, parts[1]),
            gagnees=self._exchange(
                {code: _ids(self._avant, code) for code in touchee.gagnees}, self._avant, parts[1]
            ),
            perdues=self._exchange(
                {code: _ids(self._apres, code) for code in touchee.perdues}, self._apres, parts[0]
            ),
            partagees=self._exchange(
                {c: ids for c, ids in autres.items() if c in recouvertes}, self._apres, parts[1]
            ),
            reparties=self._exchange(
                {c: ids for c, ids in autres.items() if c not in recouvertes},
                self._apres,
                parts[1],
            ),
            hypotheses=sum(
                membre[:2] == (cpts_id, HYPOTHESE)
                for code in apres
                for membre in self._apres.adhesions[code]
            ),
            detachees=tuple(self._communes(part, parts[1]) for part in self.sol.parts(apres)[1:]),
            inconnues=self._unknown(touchee),
            motif=motif,
        )

    def _unknown(self, touchee: Touchee) -> tuple[str, ...]:
        """Name the CPTS that may hold what this one gains: nobody knows which communes are theirs."""
        lieux = {self.sol.departement[code] for code in touchee.gagnees}
        placees = {m[0] for siennes in self._apres.adhesions.values() for m in siennes}
        return tuple(
            list_unplaced(
                index_named(self._atlas),
                lieux,
                self._apres.cpts,
                placees.__contains__,
                touchee.cpts_id,
            )
        )

    def balance(self, touchees: set[str]) -> Bilan:
        """Count the communes of the touched CPTS, each once; of a split one, the shares that they have."""
        avant, apres = (self._inhabitants(etat, touchees) for etat in self._etats)
        ecarts = [apres.get(c, 0) - avant.get(c, 0) for c in avant.keys() | apres.keys()]
        return Bilan(
            (len(avant), sum(avant.values())),
            (len(apres.keys() - avant.keys()), sum(ecart for ecart in ecarts if ecart > 0)),
            (len(avant.keys() - apres.keys()), -sum(ecart for ecart in ecarts if ecart < 0)),
            (len(apres), sum(apres.values())),
        )

    def _inhabitants(self, etat: Etat, cpts_ids: set[str]) -> dict[str, int]:
        """Count, in each commune of some CPTS, the inhabitants that they have together."""
        habitants = {}
        for code in self._members(etat, cpts_ids):
            part = sum(part_of(m) for m in etat.communes[code] if m[0] in cpts_ids)
            habitants[code] = self.sol.count((code,), {code: float(cap_parts(part))})
        return habitants

    def missing(self) -> tuple[Absente, ...]:
        """List the communes of the scenario that the atlas has not."""
        absorbees = self._atlas.absorbees
        absentes = []
        for code in sorted(self._apres.adhesions.keys() - self.sol.nom.keys()):
            lignes = absorbees[absorbees["code_commune"] == code]
            nom = lignes["nom"].dropna()
            successeur = self.sol.nom.keys() & set(lignes["code_commune_successeur"])
            absentes.append(
                Absente(
                    code,
                    "" if nom.empty else str(nom.iloc[0]),
                    next(iter(self._communes(successeur)), None),
                    tuple(self._apres.cpts[m[0]].nom for m in self._apres.adhesions[code]),
                )
            )
        return tuple(absentes)

    def _members(self, etat: Etat, cpts_ids: Iterable[str]) -> set[str]:
        """Return the communes of some CPTS that the atlas has."""
        return {
            code for cpts_id in cpts_ids for code in etat.members(cpts_id) if code in self.sol.nom
        }

    def _stage(self, statut: str) -> str:
        return str(self._atlas.statuts["libelle"].get(statut, statut))

    def _total(self, rang: int, touchee: Touchee) -> Total:
        communes = (touchee.communes_avant, touchee.communes_apres)[rang]
        population = (touchee.population_avant, touchee.population_apres)[rang]
        return Total(
            communes,
            population,
            gauge(population, self._atlas.aci) if communes else None,
            touchee.connues[rang],
            touchee.indicatives[rang],
        )

    def _communes(
        self, codes: Iterable[str], parts: Mapping[str, float] | None = None
    ) -> tuple[CommuneAnnexe, ...]:
        sol, parts = self.sol, parts or {}
        return tuple(
            CommuneAnnexe(code, sol.nom[code], sol.count((code,), parts), parts.get(code, ENTIERE))
            for code in sorted(codes, key=lambda code: (sort_key(sol.nom[code]), code))
        )

    def _group(
        self,
        codes: Iterable[str],
        par_commune: Mapping[str, str],
        noms: Mapping[str, str],
        parts: Mapping[str, float],
    ) -> tuple[Groupe, ...]:
        groupes: dict[str, list[str]] = {}
        for code in codes:
            groupes.setdefault(par_commune.get(code, ""), []).append(code)
        faits = [
            Groupe(groupe, noms.get(groupe, groupe), self._communes(siennes, parts))
            for groupe, siennes in groupes.items()
        ]
        return tuple(sorted(faits, key=lambda g: (not g.code, -g.population, g.code)))

    def _exchange(
        self, par_commune: Mapping[str, set[str]], dans: Composition, parts: Mapping[str, float]
    ) -> tuple[Echange, ...]:
        """Group communes by the CPTS of a composition that are said of them; those of nobody last."""
        groupes: dict[tuple[str, ...], list[str]] = {}
        for code, ids in par_commune.items():
            noms = tuple(sorted((dans.cpts[i].nom for i in ids), key=sort_key))
            groupes.setdefault(noms, []).append(code)
        faits = [Echange(noms, self._communes(siennes, parts)) for noms, siennes in groupes.items()]
        return tuple(sorted(faits, key=lambda e: (not e.cpts, -e.population, e.cpts)))


def _ids(composition: Composition, code: str) -> set[str]:
    return {membre[0] for membre in composition.adhesions.get(code, ())}


def _sources(atlas: Atlas) -> tuple[SourceAnnexe, ...]:
    citees = [atlas.millesimes.source, SOURCE_CONTOURS, *atlas.aci["source_id"]]
    sources = []
    for source_id in dict.fromkeys(citees):
        if source_id in atlas.sources.index:
            source = get_row(atlas.sources, source_id)
            date = source["date"] if isinstance(source["date"], str) else ""
            sources.append(SourceAnnexe(source_id, source["titre"], source["producteur"], date))
    return tuple(sources)
