"""A drop zone: files are read once for as long as they are in it, and a refusal changes nothing."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

import streamlit as st
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile

from geo.erreurs import DonneesInvalides
from geo.importation.limites import MIB, TAILLE_MAX_OCTETS
from geo.importation.service import check_limits
from rendu.mots.francais import escape_markdown
from rendu.mots.importation import all_limits, limits_sentence
from ui.commun.messages import show_refusal

_REDONNER = (
    "La connexion avec le serveur a été perdue, et ce qui était déposé avec elle : redonnez le fichier. Les choix faits pour "
    "lui seront repris ; les données en usage n'ont pas changé."
)
# So many characters of a fingerprint tell one file from any other of a page.
_CLE = 16

_T = TypeVar("_T")


class Zone(NamedTuple):
    """One of the drop zones of the page; `racine` begins the keys of all that is drawn of its files."""

    racine: str

    def draw(
        self,
        libelle: str,
        limites: str = "",
        ligne: str = "",
        taille_mio: int = TAILLE_MAX_OCTETS // MIB,
    ) -> list[UploadedFile]:
        """Draw it, and return what lies in it; nothing where there are too many files.

        Any file may be dropped: its content alone decides, and a refusal is ours, in French.

        Parameters
        ----------
        libelle
            What it is for.
        limites, ligne, taille_mio
            Limits of a file, all of them, those most files could meet, and its size in MiB; of a table if not said.
        """
        etat = st.session_state
        cle = f"{self.racine}_fichier_{etat.get(self._rang, 0)}"
        deposes = st.file_uploader(
            libelle,
            key=cle,
            accept_multiple_files=True,
            max_upload_size=taille_mio,
            help=f"Un fichier en rouge n'a pas été reçu : avec les autres, il dépasse ce que le serveur garde. Toutes les "
            f"limites : {limites or all_limits()}.",
        )
        st.caption(f"{ligne or limits_sentence()}.")
        # What the browser still shows, and this session never had: the server that had it is gone.
        if any(
            isinstance(d, DeletedFile) and d.file_id not in etat.get(self._lus, {})
            for d in etat[cle]
        ):
            self.empty()
            etat[self._perdu] = True
            st.rerun()
        if deposes:
            etat.pop(self._perdu, None)
        elif self._perdu in etat:
            st.warning(_REDONNER, icon=":material/upload_file:")
        try:
            check_limits(len(deposes))
        except DonneesInvalides as refus:
            show_refusal(refus)
            return []
        return deposes

    def read_once(
        self,
        deposes: list[UploadedFile],
        read: Callable[[str, bytes], _T],
        check: Callable[[list[_T]], None] = lambda _: None,
    ) -> dict[str, tuple[_T, str]]:
        """Read the files that were not read yet, in order.

        Parameters
        ----------
        deposes
            What lies in the zone.
        read
            Called with the name and the content of each.
        check
            Refuses the files read so far, the last one with them.

        Returns
        -------
        dict
            By ``file_id``, those that could be read, each with the fingerprint of its content. The
            session keeps them as long as they are in the zone, however many sessions there are.
        """
        anciens = st.session_state.get(self._lus, {})
        lus = {d.file_id: anciens[d.file_id] for d in deposes if d.file_id in anciens}
        st.session_state[self._lus] = lus
        for depose in deposes:
            try:
                if depose.file_id not in lus:
                    contenu = depose.getvalue()
                    with st.spinner(f"Lecture de {escape_markdown(depose.name)}…"):
                        lu = read(depose.name, contenu)
                    check([*(autre for autre, _ in lus.values()), lu])
                    lus[depose.file_id] = (lu, hashlib.sha256(contenu).hexdigest())
            except DonneesInvalides as refus:
                show_refusal(refus)
        return lus

    def empty(self) -> None:
        """Let go of the files: the next run draws a zone without any."""
        st.session_state[self._rang] = st.session_state.get(self._rang, 0) + 1
        st.session_state.pop(self._lus, None)

    @property
    def _rang(self) -> str:
        return f"{self.racine}_rang_du_depot"

    @property
    def _perdu(self) -> str:
        return f"{self.racine}_fichier_perdu"

    @property
    def _lus(self) -> str:
        return f"{self.racine}_fichiers_lus"


def content_keys(lus: Mapping[str, tuple[object, str]]) -> dict[str, str]:
    """Tell files by their content, as :meth:`Zone.read_once` gives them: keys of their widgets, that outlive a session.

    >>> content_keys({"1": (None, "ab" * 32), "2": (None, "ab" * 32), "3": (None, "cd" * 32)})
    {'1': 'abababababababab', '2': 'abababababababab_1', '3': 'cdcdcdcdcdcdcdcd'}
    """
    vus: Counter[str] = Counter()
    cles = {}
    for file_id, (_, empreinte) in lus.items():
        debut = empreinte[:_CLE]
        cles[file_id] = f"{debut}_{vus[debut]}" if vus[debut] else debut
        vus[debut] += 1
    return cles
