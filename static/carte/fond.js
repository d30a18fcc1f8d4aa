/* Le fond de plan : demandé par l'utilisateur, et retiré de lui-même s'il n'arrive pas. */

const annoncer = (texte) => {
  couches.avis.textContent = texte;
  couches.avis.hidden = !texte;
};

const reglerFond = () => {
  if (etat.fond && !fond) {
    annoncer("");
    fond = L.tileLayer(FOND_IGN, { attribution: "© IGN", maxZoom: 18 });
    let recues = 0;
    fond.on("tileload", () => { recues += 1; });
    fond.on("tileerror", () => {
      if (recues || !fond) return;
      fond.remove();
      annoncer("Fond de plan IGN injoignable : la carte reste lisible sans lui.");
      etat.fond = false;
      repeindre();
    });
    fond.addTo(carte);
  } else if (!etat.fond && fond) {
    fond.remove();
    fond = undefined;
    annoncer("");
  }
};
