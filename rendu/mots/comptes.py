"""What is said of accounts: roles, what each allows, and what one has not."""

from datetime import datetime

from geo.base.temps import PARIS
from rendu.mots.francais import escape_markdown, jour

REFUS_LECTURE = "Cet atlas se lit avec un compte."
PERMISSIONS = {
    "lecteur": "Lire l'atlas.",
    "planificateur": "Lire l'atlas, importer des tables, des couches et des indicateurs, composer des scénarios et les mettre en service.",
    "administrateur": "Tout ce que fait un planificateur, revenir à une version antérieure des données, et lire la trace.",
}
QUI_ECRIT = "Importer et composer reviennent aux planificateurs et aux administrateurs de l'atlas."
QUI_REVIENT = "Revenir à une version antérieure revient aux administrateurs de l'atlas."
SANS_COMPTES = "Ce serveur n'a pas de comptes : personne ne s'y connecte."
NON_CONNECTE = "Vous n'êtes pas connecté(e). Vous reviendrez ici, avec les filtres en cours."
JETONS = (
    "Un jeton laisse un programme (QGIS, un tableur, un site) lire l'atlas en votre nom, sans votre mot de passe. "
    "Faites-en un par programme, et retirez celui qui ne sert plus : un jeton garde le rôle que vous aviez en le créant."
)
JETON_UNE_FOIS = "Copiez ce jeton maintenant : il ne sera plus jamais affiché."
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


def tell_end(fin: datetime) -> str:
    """Say until when an account is logged in.

    >>> from datetime import UTC
    >>> tell_end(datetime(2026, 5, 6, 16, 30, tzinfo=UTC))[:48]
    "Connexion valable jusqu'au 6 mai 2026 à 18:30 ; "
    """
    return f"Connexion valable jusqu'au {_moment(fin)} ; se déconnecter y met fin ici, et chez le service qui vous connecte."


def tell_jeton(
    libelle: str, role: str, cree_le: datetime, expire_le: datetime, usage_le: datetime | None
) -> str:
    """Describe a token, in Markdown."""
    faits = [
        f"rôle de {role}",
        f"créé le {_moment(cree_le)}",
        f"valable jusqu'au {_moment(expire_le)}",
        f"dernier usage le {_moment(usage_le)}" if usage_le else "n'a pas encore servi",
    ]
    return f"**{escape_markdown(libelle)}**  \n{' · '.join(faits)}"


def _moment(instant: datetime) -> str:
    ici = instant.astimezone(PARIS)
    return f"{jour(ici.date())} à {ici:%H:%M}"
