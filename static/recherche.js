/* Au doigt, la liste de la recherche s'ouvre sous lui : le clic qui suit choisirait la ligne venue là. Seule est choisie
 * celle que l'on a touchée. */
if (!document.documentElement.dataset.recherche) {
  document.documentElement.dataset.recherche = "gardée";
  const ligne = ({ target }) => target.closest("[role=option]");
  const garder = (cadre) => {
    if (!cadre.matches?.("iframe[title*=searchbox]") || !cadre.contentDocument) return;
    let touchee;
    cadre.contentDocument.addEventListener("touchstart", (geste) => { touchee = ligne(geste); }, { capture: true, passive: true });
    cadre.contentDocument.addEventListener("click", (geste) => {
      if (touchee !== undefined && ligne(geste) && ligne(geste) !== touchee) geste.stopPropagation();
      touchee = undefined;
    }, true);
  };
  document.addEventListener("load", ({ target }) => garder(target), true);
  document.querySelectorAll("iframe").forEach(garder);
}
