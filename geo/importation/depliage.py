"""Unfold the rows that stand for several memberships: an intercommunalité, a cell with several CPTS."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from geo.erreurs import Severite, count, enumerate_first
from geo.importation.anomalie import Anomalie
from geo.importation.contenus import AVANT_UN_IRIS, IRIS, SIREN, begins_as_cpts
from geo.importation.lignes import names_none, says_none
from geo.importation.rangees import split_list
from geo.importation.rapprochement import clean_name, name_words
from geo.lecture.ecritures import is_same_name, key_words, read_name, split_code
from geo.texte import ABREVIATIONS, ARTICLES, split_words, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from geo.atlas import Atlas

# What an intercommunalité is, in full and for short: it tells no two of them apart.
_NATURES = (
    ("communaute", "de", "communes"),
    ("communaute", "d", "agglomeration"),
    ("communaute", "urbaine"),
    ("cc",), ("ca",), ("cu",), ("com", "com"), ("comcom",), ("com", "agglo"), ("met",), ("metropole",),
)  # fmt: skip
# What stands between two names in a cell; the weaker ones may be part of one name.
_FORTS, _FAIBLES = re.compile(r"\s*[/;|+\n]\s*"), re.compile(r"\s*,\s*|\s+(?:et|&)\s+")


# More than the name of one intercommunalité.
_MELANGE = re.compile(r"[,+/]|\b(sauf|hors|partie|partiel)\b", re.IGNORECASE)


class _Epci(NamedTuple):
    """The intercommunalités of the loaded communes, and the communes of each."""

    noms: Mapping[str, str]
    communes: Mapping[str, list[str]]
    par_mots: Mapping[tuple[str, ...], list[str]]


def unfold(table: pd.DataFrame, atlas: Atlas) -> tuple[pd.DataFrame, list[Anomalie]]:
    """Give each membership a row of its own.

    Parameters
    ----------
    table
        ``ligne`` and the roles, as :func:`geo.importation.colonnes.extract` returns them.
    atlas
        The data in use, for the communes of each intercommunalité.

    Returns
    -------
    tuple
        The table without ``epci``, ``partie`` and ``exclues``, and what there is to say of it. A row that names an intercommunalité
        that is not known stays as it is.
    """
    anomalies: list[Anomalie] = []
    table = _place_iris(_unfold_epci(table, atlas, anomalies), atlas)
    return _unfold_cpts(table.drop(columns=["epci", "partie", "exclues"]), anomalies), anomalies


def _place_iris(table: pd.DataFrame, atlas: Atlas) -> pd.DataFrame:
    """Give each IRIS its commune, of which it is a part."""
    iris = table["code_commune"].map(lambda code: IRIS.fullmatch(code) is not None).astype("bool")
    if not iris.any():
        return table
    codes = table["code_commune"].str[: len("58001")].str.upper()
    # The code first: the name beside may be that of the commune, the same for all of its IRIS.
    quoi = (
        table["code_commune"] + " " + table["commune"].str.replace(r"[()\[\]]", " ", regex=True)
    ).str.strip()
    noms = (
        codes.map(atlas.communes["nom"]).fillna("").astype("str")
        + f" ({AVANT_UN_IRIS}"
        + quoi
        + ")"
    )
    return table.assign(
        code_commune=codes.where(iris, table["code_commune"]),
        commune=noms.where(iris, table["commune"]),
    )


def _unfold_epci(table: pd.DataFrame, atlas: Atlas, anomalies: list[Anomalie]) -> pd.DataFrame:
    nommees = [
        (rang, epci.strip() or nom)
        for rang, (code, nom, epci) in enumerate(
            zip(table["code_commune"], table["commune"], table["epci"], strict=True)
        )
        if not code.strip() and (names_epci(nom) if nom.strip() else epci.strip())
    ]
    if not nommees:
        return table
    connues = _list_epci(atlas)
    trouvees = {texte: _find(texte, connues) for _, texte in nommees}
    courtes = {texte for texte, siren in trouvees.items() if siren and _is_short(texte)}
    communes = {_commune_key(str(nom)) for nom in atlas.communes["nom"]} if courtes else set()
    depliees: dict[int, list[str]] = {}
    exclusions = 0
    for rang, texte in nommees:
        ligne = int(table["ligne"].iloc[rang])
        siren = trouvees[texte]
        if siren is None:
            anomalies.append(_unknown(ligne, texte, connues))
            continue
        officiel = connues.noms[siren]
        if texte in courtes and split_words(officiel) != split_words(texte):
            aussi = _commune_key(texte) in communes
            anomalies.append(_short(ligne, texte, officiel, siren, est_commune=aussi))
        siennes = connues.communes[siren]
        exclues = _read_excluded(table["exclues"].iloc[rang], siennes, atlas)
        anomalies += [
            _not_excluded(ligne, exclue, officiel)
            for exclue, code in exclues.items()
            if code is None
        ]
        depliees[rang] = [code for code in siennes if code not in exclues.values()]
        exclusions += len(siennes) - len(depliees[rang])
    if depliees:
        total = sum(map(len, depliees.values()))
        anomalies.append(
            Anomalie(
                int(table["ligne"].iloc[min(depliees)]),
                "epci",
                "",
                Severite.A_VERIFIER,
                f"{count(len(depliees), 'ligne')} par intercommunalité : "
                f"{count(total, 'commune')}, celles qu'elles ont dans les données chargées, de "
                f"{atlas.millesimes.communes}"
                + (
                    f", sans {count(exclusions, 'commune exclue', 'communes exclues')}."
                    if exclusions
                    else "."
                ),
                "Vérifier que ces intercommunalités sont entières dans leur CPTS, et du même millésime.",
                "epci_deplie",
            )
        )
    gardees = [rang for rang, _ in nommees]
    rangs = [rang for rang in range(len(table)) for _ in depliees.get(rang, [""])]
    codes = [code for rang in range(len(table)) for code in depliees.get(rang, [""])]
    longue = table.iloc[rangs].reset_index(drop=True)
    pleins = pd.Series(codes, dtype="str")
    noms = pleins.map(atlas.communes["nom"]).fillna("").astype("str")
    longue["code_commune"] = pleins.where(pleins != "", longue["code_commune"])
    longue["commune"] = noms.where(pleins != "", longue["commune"])
    longue["departement"] = longue["departement"].where(pleins == "", "")
    # What is not known is told once, here: no row of it goes on.
    perdues = set(gardees) - depliees.keys()
    return longue[[rang not in perdues for rang in rangs]].reset_index(drop=True)


def names_epci(texte: str) -> bool:
    """Tell whether a text begins with what an intercommunalité is.

    >>> names_epci("CC du Pays de Luxeuil"), names_epci("Grand Besançon Métropole"), names_epci("Caen")
    (True, True, False)
    """
    return _without_nature(split_words(texte)) is not None


def _without_nature(mots: list[str]) -> tuple[str, ...] | None:
    for nature in _NATURES:
        if tuple(mots[: len(nature)]) == nature:
            return tuple(mots[len(nature) :])
    if mots[-1:] == ["metropole"]:
        return tuple(mots[:-1])
    return None


def _key(nom: str) -> tuple[str, ...]:
    mots = split_words(nom)
    reste = _without_nature(mots)
    return tuple(
        ABREVIATIONS.get(mot, mot)
        for mot in (mots if reste is None else reste)
        if mot not in ARTICLES
    )


def _list_epci(atlas: Atlas) -> _Epci:
    communes = atlas.communes[atlas.communes["siren_epci"].notna()]
    noms: dict[str, str] = {}
    siennes: defaultdict[str, list[str]] = defaultdict(list)
    for code, siren, nom in zip(
        communes.index, communes["siren_epci"], communes["nom_epci"], strict=True
    ):
        if siren:
            noms[str(siren)] = str(nom)
            siennes[str(siren)].append(str(code))
    par_mots: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for siren, nom in noms.items():
        par_mots[_key(nom)].append(siren)
    return _Epci(noms, siennes, par_mots)


def _find(texte: str, connues: _Epci) -> str | None:
    siren = "".join(texte.split())
    if SIREN.fullmatch(siren):
        return siren if siren in connues.noms else None
    trouvees = connues.par_mots.get(_key(texte), [])
    return trouvees[0] if len(trouvees) == 1 else None


def _read_excluded(texte: str, communes: list[str], atlas: Atlas) -> dict[str, str | None]:
    """Return the communes that a cell leaves out of an intercommunalité, as it writes them: each by its code, or none."""
    if says_none(texte):
        return {}
    noms = {code: str(atlas.communes["nom"][code]) for code in communes}
    lues: dict[str, str | None] = {}
    for partie in split_list(texte):
        code, nom = split_code(partie)
        douteuse = "?" in partie or read_name(nom).partie
        trouvees = (
            c for c, sien in noms.items() if c == code or (not code and is_same_name(sien, nom))
        )
        lues[partie] = None if douteuse else next(trouvees, None)
    return lues


def _not_excluded(ligne: int, texte: str, epci: str) -> Anomalie:
    return Anomalie(
        ligne,
        "exclues",
        texte,
        Severite.BLOQUANT,
        f"« {texte} », à exclure, n'est pas le nom d'une commune entière de « {epci} ».",
        "Écrire le code INSEE ou le nom officiel de la commune exclue, ou vider la cellule.",
        "epci_exclue",
    )


def _is_short(texte: str) -> bool:
    """Tell whether an intercommunalité is named without what it is."""
    return not (SIREN.fullmatch("".join(texte.split())) or names_epci(texte))


def _commune_key(nom: str) -> tuple[str, ...]:
    return tuple(key_words(read_name(nom).nom))


def _short(ligne: int, texte: str, officiel: str, siren: str, *, est_commune: bool) -> Anomalie:
    """Tell which intercommunalité is meant by the name of its town, or ask where that may be the commune."""
    if est_commune:
        return Anomalie(
            ligne,
            "epci",
            texte,
            Severite.BLOQUANT,
            f"« {texte} » est une commune, et peut-être aussi « {officiel} » en bref.",
            f"Écrire « {officiel} » ou son SIREN, {siren} ; pour la commune seule, son code INSEE dans une colonne de codes.",
            "epci_sans_nature",
        )
    return Anomalie(
        ligne,
        "epci",
        texte,
        Severite.A_VERIFIER,
        f"« {texte} » est lu « {officiel} ».",
        "Vérifier ; sinon écrire le nom officiel, ou le SIREN.",
        "epci_sans_nature",
    )


def _unknown(ligne: int, texte: str, connues: _Epci) -> Anomalie:
    mots = set(_key(texte))
    proches = sorted(
        (
            (-len(mots & set(cle)), connues.noms[siren])
            for cle, sirens in connues.par_mots.items()
            if mots & set(cle)
            for siren in sirens
        )
    )
    if _MELANGE.search(texte):
        proches = []
    suite = f" Peut-être : {enumerate_first((nom for _, nom in proches), 3)}." if proches else ""
    return Anomalie(
        ligne,
        "epci",
        texte,
        Severite.BLOQUANT,
        f"« {texte} » n'est pas une intercommunalité des communes chargées ({write_whole(len(connues.noms))}).",
        "Écrire une intercommunalité par ligne, par son nom seul, et ce qui n'en est pas dans une colonne « Communes exclues »."
        if _MELANGE.search(texte)
        else f"Écrire son SIREN ou son nom officiel, ou les communes qu'elle réunit.{suite}",
        "epci_inconnue",
    )


def _unfold_cpts(table: pd.DataFrame, anomalies: list[Anomalie]) -> pd.DataFrame:
    """Cut the cells that name several CPTS, and ask of those that may."""
    textes = table["cpts"].unique().tolist()
    connus = {name_words(nom) for nom in textes} - {()}
    coupes: dict[str, list[str]] = {}
    douteux: list[str] = []
    for texte in textes:
        parties = _split(texte, connus)
        if parties:
            coupes[texte] = parties
        elif _may_be_several(texte) and not names_none(texte):
            douteux.append(texte)
    premieres = dict(zip(table["cpts"][::-1], table["ligne"][::-1], strict=True))
    anomalies += [_ask(int(premieres[texte]), texte) for texte in douteux]
    if not coupes:
        return table.assign(cpts=table["cpts"].map(clean_name).astype("str"))
    lignes = int(table["cpts"].isin(list(coupes)).sum())
    premier = min(coupes, key=lambda texte: premieres[texte])
    anomalies.append(
        Anomalie(
            int(premieres[premier]),
            "cpts",
            clean_name(premier),
            Severite.A_VERIFIER,
            f"{count(lignes, 'cellule')} de plusieurs CPTS, dont « {' / '.join(coupes[premier])} » : chacune est lue, et "
            "la commune est dans toutes.",
            "Vérifier que ces communes sont partagées.",
            "cpts_separees",
        )
    )
    rangs = [rang for rang, nom in enumerate(table["cpts"]) for _ in coupes.get(nom, [nom])]
    noms = [partie for nom in table["cpts"] for partie in coupes.get(nom, [nom])]
    longue = table.iloc[rangs].reset_index(drop=True)
    return longue.assign(cpts=pd.Series(map(clean_name, noms), dtype="str"))


def _split(texte: str, connus: Iterable[tuple[str, ...]]) -> list[str]:
    """Return the names that a cell holds; nothing where it may hold but one."""
    for separateur in (_FORTS, _FAIBLES):
        parties = [partie for partie in separateur.split(texte.strip()) if partie]
        if len(parties) > 1 and all(
            begins_as_cpts(partie) or name_words(partie) in connus for partie in parties
        ):
            return list(dict.fromkeys(parties))
    return []


def _may_be_several(texte: str) -> bool:
    """Tell whether something in a name may stand between two."""
    propre = texte.strip()
    if "," in propre and not begins_as_cpts(propre):
        return True
    return bool(_FORTS.search(propre)) and not _is_one_name(texte)


def _is_one_name(texte: str) -> bool:
    """Tell whether only the ends of lines cut a name, or a part that says nothing by itself."""
    parties = [partie for partie in _FORTS.split(texte.strip()) if partie]
    return (
        "\n" in texte and not re.search(r"[/;|+]", texte) and not all(map(begins_as_cpts, parties))
    )


def _ask(ligne: int, texte: str) -> Anomalie:
    return Anomalie(
        ligne,
        "cpts",
        clean_name(texte),
        Severite.A_VERIFIER,
        f"« {clean_name(texte)} » est lu comme le nom d'une seule CPTS.",
        "Si ce sont plusieurs CPTS, faire précéder chacune de « CPTS », ou les écrire sur des lignes distinctes.",
        "cpts_peut_etre_plusieurs",
    )


def tell_first(table: pd.DataFrame, noms: Mapping[str, str], nombre: int = 5) -> Iterator[str]:
    """Write the first memberships of a table, for a planner to see how it was read.

    Parameters
    ----------
    table
        As :func:`unfold` returns it.
    noms
        Names of the communes, by code.
    nombre
        How many.
    """
    for code, commune, cpts in (
        table[["code_commune", "commune", "cpts"]].head(nombre).itertuples(index=False)
    ):
        nom = commune or noms.get(code, "")
        yield f"{' '.join(filter(None, (code, nom)))} → {cpts or '(rien)'}"
