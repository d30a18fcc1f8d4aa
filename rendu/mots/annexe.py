"""The annex of a scenario in words: one wording for the document that is edited and for the one that is printed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from geo.perimetre import ENTIERE, HYPOTHESE
from geo.texte import write_share
from rendu.mots.faits import cite_source
from rendu.mots.francais import (
    CONFIANCES,
    INCONNU,
    SYNTHETIQUE,
    agree,
    capitale,
    count_noun,
    join_words,
    jour,
    nombre,
)
from rendu.mots.indicateurs import write_about
from rendu.mots.millesimes import population_title, reference_text
from rendu.mots.partage import PART_TITRE, name_commune

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from geo.atelier.annexe import (
        Absente,
        Annexe,
        CommuneAnnexe,
        CptsAnnexe,
        Echange,
        Groupe,
        Total,
    )

# Of whatever a scenario says.
PROJET = "Projet, sans valeur tant que non signé"
TITRES = {
    "ensemble": "Ensemble",
    "changements": "Ce qui change",
    "motif": "Justification",
    "communes": "Communes par intercommunalité",
    "absentes": "Communes disparues",
    "sources": "Sources",
    "signatures": "Signatures",
}
_EUROS = "\xa0€"
_SANS_EPCI = "Hors intercommunalité"
_SIGNATAIRES = ("Agence régionale de santé", "Caisse primaire d'assurance maladie")


@dataclass(frozen=True, slots=True)
class Tableau:
    """A table: its title (empty for none), its columns, its rows, its last row, and which columns hold numbers."""

    titre: str
    colonnes: tuple[str, ...]
    lignes: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]
    nombres: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CptsEcrite:
    """What is said of one CPTS: what it holds, what must be known of it, what changes and why, its communes."""

    nom: str
    totaux: Tableau
    remarques: tuple[str, ...]
    changements: tuple[str, ...]
    motif: tuple[str, ...]
    communes: tuple[Tableau, ...]


@dataclass(frozen=True, slots=True)
class AnnexeEcrite:
    """All the texts of an annex; a text of several lines is a tuple of them."""

    titre: str
    scenario: str
    projet: str
    avertissement: str
    entete: tuple[str, ...]
    note: tuple[str, ...]
    carte: str
    bilan: Tableau
    cpts: tuple[CptsEcrite, ...]
    absentes: Tableau | None
    sources: tuple[str, ...]
    signatures: Tableau
    pied: str


def write_annexe(annexe: Annexe) -> AnnexeEcrite:
    """Write an annex."""
    return AnnexeEcrite(
        titre="Annexe territoriale",
        scenario=annexe.scenario,
        projet=f"{PROJET}.",
        avertissement=SYNTHETIQUE if annexe.synthetique else "",
        entete=(
            *([f"Auteur : {annexe.auteur}"] if annexe.auteur else []),
            f"État du scénario : {jour(annexe.jour)}",
            f"Version en vigueur : {annexe.version_en_vigueur}",
            f"Chiffres : {reference_text(annexe)}",
        ),
        note=split_lines(annexe.note),
        carte=describe_map(annexe),
        bilan=_balance(annexe),
        cpts=tuple(_write_cpts(annexe, cpts) for cpts in annexe.cpts),
        absentes=_missing(annexe.absentes) if annexe.absentes else None,
        sources=_sources(annexe),
        signatures=_signatures(annexe),
        pied=f"{PROJET} · {annexe.scenario} · état du {jour(annexe.jour)}",
    )


def describe_map(annexe: Annexe) -> str:
    """Say what the map of an annex shows, for those who do not see it."""
    noms = join_words(cpts.nom for cpts in annexe.cpts)
    return f"Carte du projet : {noms} ; périmètres du projet en couleur, périmètres en vigueur en tirets."


def split_lines(texte: str) -> tuple[str, ...]:
    r"""Split what was typed into its lines, without the blank ones.

    >>> split_lines(" Un.\n\nDeux. ")
    ('Un.', 'Deux.')
    """
    return tuple(ligne.strip() for ligne in texte.splitlines() if ligne.strip())


def count_people(communes: int, population: int, *, environ: bool = False) -> str:
    r"""Write communes and their inhabitants.

    Parameters
    ----------
    communes, population
        How many.
    environ
        Whether they are those of an indicative perimeter.

    Examples
    --------
    >>> count_people(2, 1200), count_people(96, 65466, environ=True)
    ('2 communes, 1\u202f200 habitants', 'environ 96 communes, environ 65\u202f500 habitants')
    """
    return ", ".join(
        write_about(compte, environ=environ, write=partial(count_noun, singulier=nom))
        for compte, nom in ((communes, "commune"), (population, "habitant"))
    )


def _balance(annexe: Annexe) -> Tableau:
    bilan = annexe.bilan
    avant, apres = ([c.avant for c in annexe.cpts], [c.apres for c in annexe.cpts])
    inconnus = (_is_unknown(avant), _is_unknown(apres))
    # What the scenario moves is counted exactly.
    lignes = (
        ("En vigueur", bilan.avant, inconnus[0], _is_about(avant)),
        ("Entrent", bilan.entrees, any(inconnus), False),
        ("Sortent", bilan.sorties, any(inconnus), False),
        ("Dans le projet", bilan.apres, inconnus[1], _is_about(apres)),
    )
    *debut, fin = (
        (nom, *(INCONNU if inconnu else write_about(n, environ=environ) for n in compte))
        for nom, compte, inconnu, environ in lignes
    )
    inconnues = [c.nom for c in annexe.cpts if c.avant and not c.avant.connu]
    suite = f" ; périmètre en vigueur inconnu : {_quoted(inconnues)}" if inconnues else ""
    return Tableau(
        f"Ensemble des CPTS touchées, chaque commune comptée une fois{suite}",
        ("", "Communes", population_title(annexe)),
        tuple(debut),
        fin,
        (1, 2),
    )


def _is_unknown(totaux: Iterable[Total | None]) -> bool:
    """Tell whether no perimeter of some CPTS is known, though one exists."""
    la = [total for total in totaux if total]
    return not any(total.communes for total in la) and not all(total.connu for total in la)


def _is_about(totaux: Iterable[Total | None]) -> bool:
    """Tell whether an indicative perimeter is among those of some CPTS."""
    return any(total.indicatif for total in totaux if total)


def _write_cpts(annexe: Annexe, cpts: CptsAnnexe) -> CptsEcrite:
    return CptsEcrite(
        nom=cpts.nom,
        totaux=_totals(annexe, cpts),
        remarques=tuple(_remarks(annexe, cpts)),
        changements=tuple(_changes(cpts)),
        motif=split_lines(cpts.motif) or ("Aucune justification n'est écrite.",),
        communes=tuple(_group_table(annexe, cpts, groupe) for groupe in cpts.epci),
    )


def _totals(annexe: Annexe, cpts: CptsAnnexe) -> Tableau:
    etapes = (cpts.etape_avant or "–", cpts.etape if cpts.apres else "–")

    def tell(write: Callable[[Total], str], inconnu: str) -> Iterator[str]:
        for total in (cpts.avant, cpts.apres):
            yield "–" if total is None else write(total) if total.connu else inconnu

    return Tableau(
        "",
        ("", "En vigueur", "Projet"),
        (
            ("Étape", *map(capitale, etapes)),
            (
                "Communes",
                *tell(lambda t: write_about(t.communes, environ=t.indicatif), "périmètre inconnu"),
            ),
            (
                population_title(annexe),
                *tell(lambda t: write_about(t.population, environ=t.indicatif), "inconnue"),
            ),
            ("Taille (accord conventionnel)", *tell(_size, "inconnue")),
            ("Montant maximal par an", *tell(_amount, "inconnu")),
        ),
        (),
        (1, 2),
    )


def _size(total: Total) -> str:
    jauge = total.jauge
    if jauge is None:
        return "–"
    if jauge.borne_suivante is None or jauge.reste is None:
        return jauge.taille
    return f"{jauge.taille} ; {write_about(jauge.reste, environ=total.indicatif)} habitants sous la borne de {nombre(jauge.borne_suivante)}"


def _amount(total: Total) -> str:
    if total.jauge is None:
        return "–"
    montant = total.jauge.montant_max_eur
    return "non déterminé" if montant is None else f"{nombre(montant)}{_EUROS}"


def _remarks(annexe: Annexe, cpts: CptsAnnexe) -> Iterable[str]:
    """Say what must be known of a CPTS beside its totals."""
    if annexe.notes_aci:
        yield f"Accord conventionnel : {' ; '.join(annexe.notes_aci)}."
    if cpts.apres is None:
        return
    environ = cpts.apres.indicatif
    parts = [
        f"{g.nom} ({count_people(len(g.communes), g.population, environ=environ)})"
        for g in cpts.departements
    ]
    if len(parts) > 1:
        yield f"À cheval sur {len(parts)} départements : {join_words(parts)}."
    elif parts:
        yield f"Département : {parts[0]}."
    else:
        yield "Aucune commune." if cpts.apres.connu else "Périmètre inconnu."
    if cpts.detachees:
        textes = (f"{_names(part)} ({_people(part)})" for part in cpts.detachees)
        yield (
            f"N'est pas d'un seul tenant : {count_noun(len(cpts.detachees), 'partie détachée', 'parties détachées')}. "
            f"{' ; '.join(textes)}."
        )
    for echange in cpts.partagees:
        yield (
            f"{capitale(_exchanged(echange))} : aussi dans {_quoted(echange.cpts)}, donc "
            f"{agree(len(echange.communes), 'comptée', 'comptées')} plusieurs fois dans ces totaux : "
            f"{_names(echange.communes)}."
        )
    for echange in cpts.reparties:
        yield (
            f"{capitale(_exchanged(echange))} : "
            f"{agree(len(echange.communes), 'commune partagée', 'communes partagées')} avec {_quoted(echange.cpts)}, "
            f"{agree(len(echange.communes), 'comptée', 'comptées')} pour la part de celle-ci, estimée : "
            f"{_names(echange.communes)}."
        )
    yield from _remark_lone(cpts)
    if cpts.inconnues:
        yield (
            f"{agree(len(cpts.inconnues), 'Une CPTS', 'Des CPTS')} sans périmètre connu "
            f"{agree(len(cpts.inconnues), 'est', 'sont')} dans les départements où celle-ci reçoit des communes, et peut-être "
            f"dans ces communes : {_quoted(cpts.inconnues)}."
        )
    if cpts.hypotheses:
        yield (
            f"Pour {count_noun(cpts.hypotheses, 'commune')}, l'appartenance à cette CPTS n'est qu'une hypothèse : "
            f"{CONFIANCES[HYPOTHESE]}."
        )


def _remark_lone(cpts: CptsAnnexe) -> Iterable[str]:
    """Name the communes of which a CPTS has a part, and no other CPTS another."""
    avec_d_autres = {commune for echange in cpts.reparties for commune in echange.communes}
    seules = [
        commune
        for groupe in cpts.epci
        for commune in groupe.communes
        if commune.part < ENTIERE and commune not in avec_d_autres
    ]
    if seules:
        yield (
            f"{capitale(_people(seules))} : {agree(len(seules), 'commune prise', 'communes prises')} en partie, "
            f"{agree(len(seules), 'comptée', 'comptées')} pour cette part, estimée : {_names(seules)}."
        )


def _changes(cpts: CptsAnnexe) -> Iterable[str]:
    """Say what the scenario changes of a CPTS."""
    if cpts.avant is None:
        yield "CPTS créée par le projet."
    if cpts.apres is None:
        yield "CPTS supprimée par le projet."
    if cpts.nom_avant not in {None, cpts.nom}:
        yield f"Nom : « {cpts.nom_avant} » devient « {cpts.nom} »."
    if cpts.etape_avant not in {None, cpts.etape}:
        yield f"Étape : « {cpts.etape_avant} » devient « {cpts.etape} »."
    for echange in cpts.gagnees:
        yield f"Reçoit {_exchanged(echange)}, {_from(echange)} : {_names(echange.communes)}."
    for echange in cpts.perdues:
        yield f"Perd {_exchanged(echange)}, {_to(echange)} : {_names(echange.communes)}."


def _from(echange: Echange) -> str:
    etait = agree(len(echange.communes), "qui était", "qui étaient")
    if echange.cpts:
        return f"{etait} dans {_quoted(echange.cpts)}"
    return f"{etait} dans le périmètre connu d'aucune CPTS"


def _to(echange: Echange) -> str:
    if echange.cpts:
        return f"{agree(len(echange.communes), 'qui est', 'qui sont')} alors dans {_quoted(echange.cpts)}"
    n = agree(len(echange.communes), "qui n'est", "qui ne sont")
    return f"{n} plus dans le périmètre d'aucune CPTS"


def _quoted(noms: Sequence[str]) -> str:
    return join_words(f"« {nom} »" for nom in noms)


def _exchanged(echange: Echange) -> str:
    return _people(echange.communes)


def _people(communes: Sequence[CommuneAnnexe]) -> str:
    return count_people(len(communes), sum(commune.population for commune in communes))


def _names(communes: Iterable[CommuneAnnexe]) -> str:
    return join_words(
        name_commune(f"{commune.nom} ({commune.code})", commune.part) for commune in communes
    )


def _group_table(annexe: Annexe, cpts: CptsAnnexe, groupe: Groupe) -> Tableau:
    """List the communes of an EPCI; those that the CPTS receives are marked."""
    recues = {commune.code for echange in cpts.gagnees for commune in echange.communes}
    nom = f"{groupe.nom} ({groupe.code})" if groupe.code else _SANS_EPCI
    # In the table that is added up, the share that counts has its own column, as precise as it is.
    en_partie = any(c.part < ENTIERE for c in groupe.communes)
    comptee = f"{population_title(annexe)}{', par part' if en_partie else ''}"
    return Tableau(
        f"{nom} : {count_people(len(groupe.communes), groupe.population)}",
        ("Code", "Commune", "Changement", *([PART_TITRE] if en_partie else []), comptee),
        tuple(
            (
                c.code,
                c.nom,
                "reçue" if c.code in recues else "",
                *([write_share(c.part)] if en_partie else []),
                nombre(c.population),
            )
            for c in groupe.communes
        ),
        (
            "Sous-total",
            count_noun(len(groupe.communes), "commune"),
            *([""] * (1 + en_partie)),
            nombre(groupe.population),
        ),
        (3, 4) if en_partie else (3,),
    )


def _missing(absentes: Sequence[Absente]) -> Tableau:
    return Tableau(
        "Communes que le code officiel géographique des données n'a plus, comptées nulle part",
        ("Code", "Commune", "Réunie à", "CPTS du projet"),
        tuple(
            (
                absente.code,
                absente.nom or "nom inconnu",
                _names([absente.successeur]) if absente.successeur else "inconnue",
                join_words(absente.cpts),
            )
            for absente in absentes
        ),
        (),
        (),
    )


def _sources(annexe: Annexe) -> tuple[str, ...]:
    return (
        f"{capitale(reference_text(annexe))}.",
        *(
            f"{cite_source(source.titre, source.producteur, source.date or None)}."
            for source in annexe.sources
        ),
        "Projet composé avec l'atelier de l'Atlas des CPTS.",
    )


def _signatures(annexe: Annexe) -> Tableau:
    """Leave a place to each party of the accord: the CPTS, the ARS, the CPAM."""
    noms = [cpts.nom for cpts in annexe.cpts if cpts.apres]
    return Tableau(
        "",
        ("Pour", "Nom et qualité", "Date", "Signature"),
        tuple((nom, "", "", "") for nom in (*noms, *_SIGNATAIRES)),
        (),
        (),
    )
