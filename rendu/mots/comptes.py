"""What is said of accounts: roles, what each allows, and what one has not."""

REFUS_LECTURE = "Cet atlas se lit avec un compte."
PERMISSIONS = {
    "lecteur": "Lire l'atlas.",
    "planificateur": "Lire l'atlas, importer des tables, des couches et des indicateurs, composer des scénarios et les mettre en service.",
    "administrateur": "Tout ce que fait un planificateur, et revenir à une version antérieure des données.",
}
QUI_ECRIT = "Importer et composer reviennent aux planificateurs et aux administrateurs de l'atlas."
QUI_REVIENT = "Revenir à une version antérieure revient aux administrateurs de l'atlas."
SANS_COMPTES = "Ce serveur n'a pas de comptes : personne ne s'y connecte."
_DEMANDER = "L'administrateur de l'atlas peut le lui donner, dans le service qui vous connecte ; reconnectez-vous ensuite."


def tell_no_role(auteur: str) -> str:
    """Say that an account has no role.

    >>> tell_no_role("Anne Roux")[:58]
    'Vous êtes bien connecté(e), Anne Roux, mais votre compte n'
    """
    return f"Vous êtes bien connecté(e), {auteur}, mais votre compte n'a aucun rôle dans l'atlas. {_DEMANDER}"


def tell_no_writing(auteur: str, role: str) -> str:
    """Say that the role of an account does not let it write; no role is an empty text."""
    sien = f"a le rôle de {role}" if role else "n'a aucun rôle"
    return f"{QUI_ECRIT} Votre compte ({auteur}) {sien}. {_DEMANDER}"
