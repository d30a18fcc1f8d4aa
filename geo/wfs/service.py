"""A service that is asked: tries again what may pass, follows what stays on its host, and keeps to a time."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

from geo.erreurs import DonneesInvalides
from geo.wfs.adresses import read_adresse
from geo.wfs.connexion import Coupure, Reponse, exchange
from geo.wfs.erreurs import RechercheArretee, refuse
from geo.wfs.limites import ATTENTES_S, DUREE_S, REDIRECTIONS_MAX
from geo.wfs.resolution import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geo.wfs.adresses import Adresse

_TROP_DE_DEMANDES, _PANNE = 429, 500
_REDIRECTIONS = (301, 302, 303, 307, 308)
# How often the one who waits looks whether somebody still does.
_PAS_S = 0.2
_CIBLE = re.compile(r"/[!-~]*", re.ASCII)


class Horloge:
    """The time, as a test may replace it."""

    def now(self) -> float:
        """Return seconds since any moment."""
        return time.monotonic()

    def sleep(self, duree_s: float) -> None:
        """Wait."""
        time.sleep(duree_s)


@dataclass
class Service:
    """A service, asked as often as one layer needs.

    Parameters
    ----------
    adresse
        An allowed one: see :func:`geo.wfs.adresses.find_autorisee`.
    goes_on
        Asked often, from other threads too; once it says no, :class:`RechercheArretee` is raised.
    horloge
        What counts :data:`DUREE_S`, from now.
    """

    adresse: Adresse
    goes_on: Callable[[], bool]
    horloge: Horloge = field(default_factory=Horloge)
    _ips: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start the clock."""
        self._fin = self.horloge.now() + DUREE_S

    @property
    def qui(self) -> str:
        """How the service is named to a user."""
        return f"WFS {self.adresse.hote}"

    def ask(self, parametres: Mapping[str, str], maximum: int) -> Reponse:
        """Return what the service answers, whatever its status.

        Parameters
        ----------
        parametres
            Of the request; nothing else is sent.
        maximum
            Bytes of the answer, once decompressed.

        Raises
        ------
        DonneesInvalides
            If it cannot be reached, answers too much or too slowly, or sends to another host.
        RechercheArretee
            If the answer is not wanted any more.
        """
        cible = f"{self.adresse.chemin or '/'}?{urlencode(parametres)}"
        attentes = iter(ATTENTES_S)
        while True:
            try:
                reponse = self._follow(cible, maximum)
                if reponse.statut < _PANNE and reponse.statut != _TROP_DE_DEMANDES:
                    return reponse
                cause = None
            except Coupure as coupure:
                cause = coupure
            attente = next(attentes, None)
            if attente is not None:
                self._wait(attente)
            elif cause is None:
                return reponse
            else:
                raise refuse(
                    self.qui,
                    f"{cause}, {len(ATTENTES_S) + 1} fois de suite.",
                    "Réessayer plus tard, ou employer la copie gardée s'il y en a une.",
                    "wfs_injoignable",
                ) from cause

    def _follow(self, cible: str, maximum: int) -> Reponse:
        for _ in range(REDIRECTIONS_MAX + 1):
            reponse = self._exchange(cible, maximum)
            if reponse.statut not in _REDIRECTIONS:
                return reponse
            cible = self._read_redirection(cible, reponse.lieu)
        raise refuse(
            self.qui,
            "il renvoie sans fin d'une adresse à une autre.",
            "Vérifier l'adresse du service.",
        )

    def _exchange(self, cible: str, maximum: int) -> Reponse:
        self._check()
        try:
            if not self._ips:
                self._ips = resolve(self.adresse)
        except OSError as erreur:
            raise Coupure("son nom n'est pas trouvé") from erreur
        try:
            return exchange(self.adresse, self._ips, cible, maximum, self._is_over)
        finally:
            # What was cut may look like an end.
            self._check()

    def _read_redirection(self, cible: str, lieu: str) -> str:
        """Return the path and parameters that a redirect leads to, on this very host."""
        vers = ""
        try:
            url = urlsplit(urljoin(f"{replace(self.adresse, chemin='')}{cible}", lieu))
            if read_adresse(f"{url.scheme}://{url.netloc}").origine == self.adresse.origine:
                vers = f"{url.path or '/'}{'?' if url.query else ''}{url.query}"
        except (ValueError, DonneesInvalides):
            pass
        if not _CIBLE.fullmatch(vers):
            raise refuse(
                self.qui,
                f"il renvoie ailleurs (« {lieu[:200]} ») : l'atlas n'y va pas.",
                "Si cette autre adresse est la bonne, l'administrateur l'écrit dans CPTS_WFS.",
                "wfs_ferme",
            )
        return vers

    def _wait(self, duree_s: float) -> None:
        while duree_s > 0:
            self._check()
            self.horloge.sleep(min(_PAS_S, duree_s))
            duree_s -= _PAS_S

    def _is_over(self) -> bool:
        return not self.goes_on() or self.horloge.now() > self._fin

    def _check(self) -> None:
        if not self.goes_on():
            raise RechercheArretee
        if self._is_over():
            raise refuse(
                self.qui,
                f"la couche n'est pas venue en {DUREE_S / 60:.0f} minutes.",
                "Réessayer à une heure plus calme, ou demander une couche plus légère.",
                "wfs_injoignable",
            )
