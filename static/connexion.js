/* Qui se connecte revient là où il était, filtres compris : l'adresse est retenue au moment où il le demande, et le
 * serveur (ui/serveur/acces.py) marque celle où le service de connexion le ramène. */
{
  const CLE = "atlas-retour";
  if (!window.atlasConnexion) {
    window.atlasConnexion = true;
    document.addEventListener(
      "click",
      ({ target }) => {
        if (target.closest('[class*="st-key-connexion_"] button'))
          sessionStorage.setItem(CLE, location.pathname + location.search);
      },
      true,
    );
  }
  if (location.hash === "#connecte") {
    const retenue = sessionStorage.getItem(CLE) ?? "";
    sessionStorage.removeItem(CLE);
    const voulue = new URL(retenue, location.href);
    if (retenue && voulue.origin === location.origin) location.replace(voulue.pathname + voulue.search);
    else history.replaceState(history.state, "", location.pathname + location.search);
  }
}
