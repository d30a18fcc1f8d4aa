"""The coverage of a selection in one sentence."""

from geo.regles.couverture import Couverture
from rendu.mots.faits import sum_text
from rendu.mots.francais import capitale, count_noun, nombre, pourcentage


def coverage_sentence(couverture: Couverture) -> str:
    """Write the coverage rate: a minimum, unless every CPTS of the selection is known and drawn."""
    exacte = couverture.exacte
    if not (
        exacte
        or couverture.couverts(indicatifs=False).communes
        or couverture.couverts(indicatifs=True).communes
    ):
        return _unknown_sentence(couverture)
    part = f"{'' if exacte or couverture.pleine else 'au moins '}{pourcentage(couverture.part_pct(indicatifs=False) or 0)}"
    if not exacte and not couverture.couverts(indicatifs=False).communes:
        part = "part inconnue"
    phrase = (
        f"{capitale(couverture.libelle)} : **{part}** des habitants couverts (périmètres établis)"
    )
    if not (exacte or couverture.pleine):
        phrase += f", {pourcentage(couverture.part_pct(indicatifs=True) or 0)} avec les périmètres indicatifs"
    phrase += _undrawn_text(couverture)
    if exacte:
        phrase += " ; toutes les CPTS de la zone sont connues et dessinées"
    elif couverture.complete:
        phrase += " ; toutes les CPTS de la zone sont tenues pour connues, mais des périmètres sont indicatifs"
    return phrase + "."


def _unknown_sentence(couverture: Couverture) -> str:
    """Say that nothing is drawn: « at least none » would read as « none »."""
    return (
        f"{capitale(couverture.libelle)} : **part des habitants couverts inconnue**, aucun périmètre n'est "
        f"dessiné{_undrawn_text(couverture)}."
    )


def _undrawn_text(couverture: Couverture) -> str:
    """Count the CPTS that a rate leaves out, with what they announce."""
    texte = ""
    n = couverture.n_cpts_sans_perimetre
    if n and couverture.pleine:
        sans = count_noun(n, "CPTS connue", "CPTS connues")
        return f" ; {sans} sans périmètre n’y {'ajoute' if n == 1 else 'ajoutent'} aucun habitant"
    if n:
        texte += (
            f" ; {count_noun(n, 'CPTS', 'CPTS')} sans périmètre connu "
            f"{'s’y ajoute' if n == 1 else 's’y ajoutent'}"
        )
        somme = couverture.annonce_sans_perimetre
        if somme.n:
            qui = "" if n == 1 else f" par {nombre(somme.n)} d’entre elles"
            ou = ", y compris hors de la zone" if couverture.annonce_deborde else ""
            texte += f" ({sum_text(somme, ' habitants annoncés')}{qui}{ou})"
    return texte
