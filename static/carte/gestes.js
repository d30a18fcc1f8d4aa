/* Ce que toute couche partage : infobulle, hachures, clic et clavier. */

const bulle = (titre, lignes) => {
  const noeud = element("div", "bulle");
  noeud.append(element("strong", "", titre));
  for (const ligne of lignes) noeud.append(element("div", "", ligne));
  return noeud;
};

/* Hachures : la valeur n'est pas publiée ; croisées : elle est retenue. Un motif SVG, car une couleur seule ne se distingue pas assez. */
const poserHachures = (plan) => {
  const svg = carte.getPane(plan).querySelector("svg");
  if (!svg) return;
  svg.querySelector("defs")?.remove();
  const defs = document.createElementNS("http://www.w3.org/2000/svg", "defs");
  defs.innerHTML =
    '<pattern id="hachures-' + plan + '" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
    '<rect width="7" height="7" fill="' + couleurs.blanc + '"/><rect width="2.5" height="7" fill="' + couleurs.hachure + '"/></pattern>' +
    '<pattern id="croisees-' + plan + '" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
    '<rect width="6" height="6" fill="' + couleurs.blanc + '"/><path d="M0 .5H6M.5 0V6" stroke="' + couleurs.encre_note + '"/></pattern>';
  svg.prepend(defs);
};

/* Le composant transmettrait lui aussi les clics, plus tard et avec le contour : `dire` le fait. */
const taire = (couche) => { couche.toGeoJSON = undefined; };

/* Écrite à l'ouverture : des centaines de bulles que personne ne lit ralentiraient chaque repeinte. */
const remplirBulle = (couche, id) => {
  const { nom, etape, perimetres } = couches.cpts.get(id);
  const lignes = [etat.infobulles[id], etape, perimetres[etat.formes[id]]];
  couche.setTooltipContent(bulle(nom, lignes.flat().filter(Boolean)));
};

/* Au clavier comme à la souris : un tracé visible est un bouton, Entrée le choisit. */
const rendreActif = (couche, visible, nom) => {
  const trace = couche.getElement();
  if (!trace) return;
  trace.style.pointerEvents = visible ? "auto" : "none";
  trace.setAttribute("tabindex", visible ? "0" : "-1");
  trace.setAttribute("role", "button");
  trace.setAttribute("aria-label", nom);
  trace.onkeydown = (e) => {
    if (e.key !== "Enter") return;
    couche.closeTooltip();
    couche.fire("click", { latlng: couche.getBounds ? couche.getBounds().getCenter() : couche.getLatLng() }, true);
  };
};
