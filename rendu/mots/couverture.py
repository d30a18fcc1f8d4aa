"""The coverage of a selection: its figures, its sentence, and what of it is not drawn, deduced or hidden."""

from collections.abc import Callable

import pandas as pd

from geo.perimetre import is_indicatif
from geo.rangees import iterate_rows
from geo.regles.comptes import Comptes
from geo.regles.couverture import MASQUEE, Couverture
from rendu.mots.faits import sum_text
from rendu.mots.francais import (
    AUCUN_QUI_COMPTE,
    AVEC_INDICATIFS,
    DANS_MASQUE,
    PERIMETRE_INCONNU,
    agree,
    capitale,
    count_noun,
    escape_markdown,
    join_words,
    nombre,
    pourcentage,
    qualify,
)
from rendu.mots.indicateurs import write_about
from rendu.mots.partage import of_which_in_part

# Of which CPTS those without a perimeter are counted: no two screens count the same ones.
MONTREES = ("montrée", "montrées")
COMPTEES = ("qui compte", "qui comptent")
POSSIBLES = tuple(f"{qui} ou dont l'étape n'est pas publiée" for qui in COMPTEES)
PRESENTES = ("présente à cette date", "présentes à cette date")


def coverage_sentence(
    couverture: Couverture, *, indicatifs: bool, write: Callable[[str], str] = escape_markdown
) -> str:
    """Write the coverage rate: a minimum, unless every CPTS of the selection is known and drawn.

    Parameters
    ----------
    couverture
        The coverage.
    indicatifs
        Whether indicative perimeters are shown: where they are not, what is in them is counted apart.
    write
        Makes names safe.
    """
    etablis, tous = (couverture.couverts(indicatifs=avec) for avec in (False, True))
    masques = couverture.compte(MASQUEE, indicatifs=indicatifs)
    suite = f" ; {masked_text(masques)}" if masques.communes else ""
    if not (couverture.exacte or etablis.communes or (indicatifs and tous.communes)):
        return _unknown_sentence(couverture, suite)
    part = pourcentage(
        couverture.part_pct(indicatifs=False) or 0, au_moins=bool(_at_least(couverture))
    )
    if not couverture.exacte and not etablis.communes:
        part = "part inconnue"
    assise = deduced_text(couverture.n_perimetres, len(couverture.deduites))
    phrase = f"{capitale(couverture.libelle)} : **{part}** des habitants couverts" + (
        f", {assise}" if assise else " (périmètres établis)"
    )
    if indicatifs and tous.communes > etablis.communes:
        phrase += f", {pourcentage(couverture.part_pct(indicatifs=True) or 0)} {AVEC_INDICATIFS}"
    phrase += suite + _announced_text(couverture, write) + _undrawn_text(couverture)
    if couverture.exacte:
        phrase += " ; toutes les CPTS de la zone sont connues et dessinées"
    elif couverture.complete:
        phrase += " ; toutes les CPTS de la zone sont tenues pour connues, mais des périmètres sont indicatifs"
    return phrase + "."


def coverage_figures(couverture: Couverture, en_partie: int, *, indicatifs: bool) -> list[str]:
    """Write the inhabitants and the communes that are covered, and those of hidden perimeters, as Markdown.

    Parameters
    ----------
    couverture
        The coverage.
    en_partie
        How many of the covered communes are covered in part only.
    indicatifs
        Whether indicative perimeters are shown.
    """
    etablis, tous = (couverture.couverts(indicatifs=avec) for avec in (False, True))
    masques = couverture.compte(MASQUEE, indicatifs=indicatifs)
    suite = [masked_text(masques)] if masques.communes else []
    # « At least none » would read as « none ».
    if not (couverture.exacte or etablis.communes):
        return ["habitants couverts : **inconnu**", *suite]
    parts = [pourcentage(couverture.part_pct(indicatifs=False) or 0)]
    if assise := deduced_text(couverture.n_perimetres, len(couverture.deduites)):
        parts.append(assise)
    if indicatifs and tous.communes > etablis.communes:
        toute = pourcentage(couverture.part_pct(indicatifs=True) or 0)
        parts.append(f"{toute} {AVEC_INDICATIFS}")
    minimum = _at_least(couverture)
    return [
        f"{minimum}**{nombre(etablis.population)}** habitants couverts ({' ; '.join(parts)})",
        (
            f"{minimum}**{nombre(etablis.communes)}** communes sur {nombre(couverture.total.communes)}"
            f"{of_which_in_part(en_partie)}"
        ),
        *suite,
    ]


def state_titles(*, indicatifs: bool) -> tuple[str, str, str, str]:
    """Head the columns of the states: established, what indicative perimeters add or hide, uncovered, undetermined."""
    ajoutes = "Couverts (indicatif)" if indicatifs else capitale(DANS_MASQUE)
    return "Couverts (établi)", ajoutes, "En zone blanche", capitale(AUCUN_QUI_COMPTE)


def masked_text(masques: Comptes) -> str:
    r"""Count what is in hidden perimeters, as Markdown; who lives there is no better known than their limits.

    >>> masked_text(Comptes(124008, 753))
    '**753** communes (environ 124\u202f000 habitants) dans un périmètre indicatif masqué'
    """
    communes = agree(masques.communes, "commune")
    habitants = write_about(masques.population, environ=True, write=_inhabitants)
    return f"**{nombre(masques.communes)}** {communes} ({habitants}) {DANS_MASQUE}"


def _inhabitants(population: float) -> str:
    return count_noun(int(population), "habitant")


def deduced_text(perimetres: int, deduits: int) -> str:
    """Say on how many established perimeters a rate rests, where some are deduced; nothing where none is.

    >>> deduced_text(2, 2), deduced_text(8, 5), deduced_text(1, 0)
    ("d'après 2 périmètres déduits", "d'après 8 périmètres établis, dont 5 déduits", '')
    """
    if not deduits:
        return ""
    if deduits == perimetres:
        return f"d'après {count_noun(deduits, 'périmètre déduit', 'périmètres déduits')}"
    etablis = count_noun(perimetres, "périmètre établi", "périmètres établis")
    return f"d'après {etablis}, dont {count_noun(deduits, 'déduit')}"


def undrawn_text(n: int, total: int, de: tuple[str, ...]) -> str:
    """Count the CPTS without a known perimeter, and say of which ones they are counted.

    >>> undrawn_text(6, 20, COMPTEES), undrawn_text(1, 28, MONTREES), undrawn_text(1, 1, COMPTEES)
    ('6 des 20 CPTS qui comptent sont sans périmètre connu', '1 des 28 CPTS montrées est sans périmètre connu', \
'la seule CPTS qui compte est sans périmètre connu')
    """
    singulier, pluriel = de
    qui = f"{nombre(n)} des {nombre(total)} CPTS {pluriel}"
    if total == 1:
        qui = f"la seule CPTS {singulier}"
    return f"{qui} {agree(n, 'est', 'sont')} {PERIMETRE_INCONNU}"


def edge_sentence(debords: pd.DataFrame, write: Callable[[str], str] = escape_markdown) -> str:
    """Say which CPTS have communes here and are not counted here; nothing where there is none.

    Parameters
    ----------
    debords
        See :func:`geo.regles.debords.find_debords`.
    write
        Makes names safe.
    """
    if debords.empty:
        return ""
    noms = []
    for cpts in iterate_rows(debords):
        habitants = write_about(
            cpts.population, environ=is_indicatif(cpts.confiance), write=_inhabitants
        )
        noms.append(f"{write(cpts.nom)} ({count_noun(cpts.communes, 'commune')}, {habitants})")
    verbe = agree(len(noms), "a", "ont")
    return (
        "Une CPTS est comptée dans les départements que nomme sa fiche, ses communes le sont où elles sont : "
        f"{join_words(noms)} {verbe} des communes ici et n'y {agree(len(noms), 'est', 'sont')} pas "
        f"{agree(len(noms), 'comptée')}."
    )


def _at_least(couverture: Couverture) -> str:
    return "" if couverture.exacte or couverture.pleine else "au moins "


def _unknown_sentence(couverture: Couverture, suite: str) -> str:
    """Say that nothing is drawn: « at least none » would read as « none »."""
    etabli = " établi" if suite else ""
    return (
        f"{capitale(couverture.libelle)} : **part des habitants couverts inconnue**, aucun périmètre{etabli} qui compte n'est "
        f"dessiné{suite}{_undrawn_text(couverture)}."
    )


def _announced_text(couverture: Couverture, write: Callable[[str], str]) -> str:
    """Set what CPTS of deduced perimeters announce beside what is computed, where the rate of a department is no minimum."""
    if _at_least(couverture) or len(couverture.par_departement) > 1:
        return ""
    return "".join(
        f" ; {write(d.nom)} annonce {qualify(d.annonce, d.qualificatif)} habitants, son périmètre déduit en compte "
        f"{nombre(d.calcule)}"
        for d in couverture.deduites
        if d.annonce is not None and d.qualificatif is not None
    )


def _undrawn_text(couverture: Couverture) -> str:
    """Count the CPTS that a rate leaves out, with what they announce."""
    n = couverture.n_cpts_sans_perimetre
    if not n:
        return ""
    texte = f" ; {undrawn_text(n, couverture.n_cpts, COMPTEES)}"
    if couverture.pleine:
        return f"{texte} et n’y {agree(n, 'ajoute', 'ajoutent')} aucun habitant"
    texte += f" et {agree(n, 's’y ajoute', 's’y ajoutent')}"
    somme = couverture.annonce_sans_perimetre
    if somme.n:
        qui = f" par {nombre(somme.n)} d’entre elles" if somme.n > 1 else " par l’une d’elles"
        qui = "" if n == 1 else qui
        ou = ", y compris hors de la zone" if couverture.annonce_deborde else ""
        texte += f" ({sum_text(somme, ' habitants annoncés')}{qui}{ou})"
    return texte
