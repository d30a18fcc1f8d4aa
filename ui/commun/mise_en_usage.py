"""The last steps of all that puts data in use: who asks, what was asked, and the button that puts it in use."""

from collections.abc import Callable

import streamlit as st

from geo.atlas import Atlas
from geo.base.temps import today
from geo.importation.tables import SourceImport
from geo.importation.versions import ImportRefuse, Version, open_depot
from rendu.mots.francais import escape_markdown
from ui.commun.atlas import data_dir, keep_atlas
from ui.commun.compte import ask_auteur, get_compte
from ui.commun.versions import Bascule, origin_text, remember_switch


def ask_source(
    racine: str, dits: str, fichiers: str, auteur: str = "", *, empreinte: str = ""
) -> SourceImport:
    """Ask who imports, and a note; whoever has an account is known.

    Parameters
    ----------
    racine
        Begins the keys of all that is drawn of it.
    dits
        Tells what is imported from anything else.
    fichiers
        The names of its files.
    auteur
        Who is known to have made them.
    empreinte
        Of their content; empty where there is no file.
    """
    cle = f"{racine}_{{}}_{dits}"
    auteur = ask_auteur(cle.format("auteur"), auteur)
    note = st.text_input("Note", key=cle.format("note"), max_chars=200)
    jour = today()
    compte = get_compte()
    identifiant = compte.identifiant if compte else ""
    return SourceImport(fichiers, auteur, note, jour, empreinte, identifiant)


def is_asked(racine: str, demande: str, libelle: str, icone: str) -> bool:
    """Draw the button that asks for a summary, and tell whether this one was asked for."""
    if st.button(libelle, icon=icone, key=f"{racine}_voir"):
        st.session_state[_key(racine)] = (demande, data_dir())
    return bool(st.session_state.get(_key(racine)) == (demande, data_dir()))


def forget_request(racine: str) -> bool:
    """Forget what was asked for; tell whether something was, and the user where the data have changed since."""
    demandee = st.session_state.pop(_key(racine), None)
    if demandee is None:
        return False
    if demandee[1] != data_dir():
        st.warning(
            "Les données en usage ont changé entre-temps : rien n'a été importé. Recommencer."
        )
    return True


def draw_switch(
    racine: str,
    suite: str,
    publish: Callable[[], Version],
    apres: Atlas,
    *,
    tell: Callable[[Version], Bascule],
    forget: Callable[[], object],
) -> None:
    """Draw what an import starts from, and the button that puts it in use.

    Parameters
    ----------
    racine
        Begins the keys of all that is drawn of it.
    suite
        What is said after the starting point.
    publish
        Puts the import in use.
    apres
        The data that it makes.
    tell
        Makes what the page goes on saying of it.
    forget
        Lets go of what was prepared.
    """
    avant = open_depot().en_usage()
    st.caption(f"Point de départ : {escape_markdown(origin_text(avant))}. {suite}")
    if st.button(
        "Mettre en usage",
        type="primary",
        icon=":material/publish:",
        key=f"{racine}_mettre_en_usage",
    ):
        try:
            version = publish()
        except ImportRefuse as refus:
            st.error(str(refus))
            return
        finally:
            forget()
        keep_atlas(apres)
        remember_switch(racine, version, avant, tell(version))
        st.rerun()


def _key(racine: str) -> str:
    return f"{racine}_demande"
