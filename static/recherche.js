/* Au doigt, la liste de la recherche s'ouvre sous lui : le clic qui suit choisirait la ligne venue là. Seule est choisie
 * celle que l'on a touchée. */
if (!document.documentElement.dataset.recherche) {
  document.documentElement.dataset.recherche = "gardée";
  const ligne = ({ target }) => target.closest("[role=option]");
  const garder = (cadre) => {
    if (!cadre.matches?.("iframe[title*=searchbox]") || !cadre.contentDocument) return;
    let touche = false;
    cadre.contentDocument.addEventListener("touchstart", (geste) => { touche = { ligne: ligne(geste) }; }, { capture: true, passive: true });
    cadre.contentDocument.addEventListener("click", (geste) => {
      if (touche && ligne(geste) && ligne(geste) !== touche.ligne) geste.stopPropagation();
      touche = false;
    }, true);
  };
  document.addEventListener("load", ({ target }) => garder(target), true);
  document.querySelectorAll("iframe").forEach(garder);
}
