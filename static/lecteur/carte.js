/* La carte d'une diapositive. */

let carte;
let montree = null;
let noms;
let finDuDessin;

/* Un pixel d'un écran de 1920 × 1080, sur celui-ci. */
const unite = () => par("etalon").getBoundingClientRect().width / 100;
const taille = (corps, minimum) => Math.max(minimum, corps * unite());

const creerCarte = () => {
  carte = L.map("carte", {
    zoomControl: false, dragging: false, touchZoom: false, doubleClickZoom: false, scrollWheelZoom: false,
    boxZoom: false, keyboard: false, tapHold: false, zoomSnap: 0, fadeAnimation: false, zoomAnimation: false,
  });
  carte.attributionControl.setPrefix(false);
  carte.attributionControl.addAttribution("Contours © IGN");
  for (const [nom, rang] of Object.entries(PLANS)) {
    const plan = carte.createPane(nom);
    plan.style.zIndex = rang;
    plan.style.pointerEvents = "none";
  }
  noms = L.layerGroup().addTo(carte);
  new ResizeObserver(() => {
    // Cachée, elle n'a pas de taille où cadrer.
    if (!montree || par("carte").offsetParent === null) return;
    carte.invalidateSize({ animate: false });
    cadrer();
  }).observe(par("carte"));
};

const dessin = (objets, plan, style, options) =>
  L.geoJson(objets, { pane: plan, renderer: L.svg({ pane: plan, padding: 0.1 }), interactive: false, style, ...options });

const epais = (pixels) => Math.max(0.6, pixels * unite());
const contour = (indicatif, couleur, trait) => ({
  fill: false, color: couleur, opacity: 1, weight: epais(trait), className: "contour",
  dashArray: indicatif ? [epais(3 * trait), epais(2 * trait)].join(" ") : null,
});
const departements = () =>
  dessin(cartes.departements, "limites", () => ({ fill: false, color: couleurs.encre_seconde, opacity: 1, weight: epais(2.4) }));

const dessinerRegion = () => {
  const { territoires } = cartes.region;
  return [
    dessin(cartes.departements, "sol", ({ properties: { etude } }) => ({
      stroke: false, fillColor: etude ? couleurs.commune_pale : couleurs.papier, fillOpacity: 1,
    })),
    dessin(territoires, "communes", ({ properties: { choisie } }) => ({
      stroke: false, fillColor: choisie ? couleurs.choisie : couleurs.pale, fillOpacity: 1, className: "commune",
    })),
    departements(),
    dessin(territoires, "contours", ({ properties: { indicatif, choisie } }) => (choisie ? contour(indicatif, couleurs.encre, 3) : contour(indicatif, couleurs.contour_pale, 2))),
    reperes(cartes.region.reperes),
  ];
};

const dessinerTerritoire = (territoire) => {
  const siennes = new Set(territoire.communes);
  const voisines = new Set(territoire.voisines);
  return [
    dessin(cartes.communes, "communes", ({ id }) => ({
      color: couleurs.blanc, opacity: 1, weight: epais(siennes.has(id) ? 2 : 1.4), fillOpacity: 1,
      fillColor: siennes.has(id) ? couleurs.choisie : voisines.has(id) ? couleurs.voisine : couleurs.commune_pale,
      className: siennes.has(id) ? "commune" : "",
    })),
    departements(),
    ...(territoire.contour ? [dessin(territoire.contour, "contours", () => contour(territoire.indicatif, couleurs.encre, 4.5))] : []),
    reperes(territoire.reperes),
  ];
};

const reperes = (points) => L.layerGroup(points.map(({ lon, lat, choisie }) => L.circleMarker([lat, lon], {
  pane: "contours", renderer: L.svg({ pane: "contours" }), interactive: false, radius: taille(choisie ? 13 : 9, 4),
  color: choisie ? couleurs.bleu : couleurs.contour_pale, weight: epais(4), fillColor: couleurs.blanc, fillOpacity: 1, className: "contour",
})));

/* Chaque dessin est fait une fois par taille d'écran, puis retiré et remis. */
const faits = new Map();
const dessiner = (cle) => {
  const pas = unite();
  const fait = faits.get(cle);
  if (fait && fait.pas === pas) return fait.couches;
  const couches = L.layerGroup(cle === "region" ? dessinerRegion() : dessinerTerritoire(cartes.territoires[cle]));
  faits.set(cle, { pas, couches });
  return couches;
};

const donneesDe = (cle) => (cle === "region" ? cartes.region : cartes.territoires[cle]);

const cadrer = () => {
  const { couches, cle } = montree;
  const marge = taille(36, 10);
  carte.fitBounds(donneesDe(cle).bornes, { padding: [marge, marge], animate: false });
  const nouvelles = dessiner(cle);
  if (nouvelles !== couches) {
    couches.remove();
    montree.couches = nouvelles.addTo(carte);
  }
  placerNoms();
};

/* Chaque territoire paraît d'ouest en est, une fois. */
const animer = (couches) => {
  const conteneur = par("carte");
  const chemins = [];
  couches.eachLayer((groupe) => groupe.eachLayer && groupe.eachLayer((couche) => {
    if (couche.options.className === "commune" && couche.getElement()) chemins.push(couche);
  }));
  if (!chemins.length) return;
  const ouests = chemins.map((couche) => couche.getBounds().getWest());
  const [premier, dernier] = [Math.min(...ouests), Math.max(...ouests)];
  chemins.forEach((couche, rang) => {
    const part = (ouests[rang] - premier) / (dernier - premier || 1);
    couche.getElement().style.setProperty("--delai", Math.round(part * DUREE_DESSIN_MS) + "ms");
  });
  conteneur.classList.add("dessiner");
  clearTimeout(finDuDessin);
  finDuDessin = setTimeout(() => conteneur.classList.remove("dessiner"), 1000);
};

const montrerCarte = (cle) => {
  par("carte").hidden = !cle;
  par("legende").hidden = !cle;
  if (!cle) return;
  const { legende, nom } = donneesDe(cle);
  par("carte").setAttribute("aria-label", "Carte : " + nom);
  par("legende").replaceChildren(...legende.map(({ genre, texte }) => {
    const ligne = element("li", "", texte);
    const signe = element("i", genre);
    signe.style.backgroundColor = { choisie: couleurs.choisie, autre: couleurs.pale, voisine: couleurs.voisine, commune: couleurs.commune_pale }[genre] || "";
    ligne.prepend(signe);
    return ligne;
  }));
  if (!carte) creerCarte();
  const nouvelle = !montree || montree.cle !== cle;
  if (montree && nouvelle) montree.couches.remove();
  carte.invalidateSize({ animate: false });
  if (!nouvelle) return;
  // Le cadre d'abord : des contours dessinés hors de toute vue le seraient deux fois.
  montree = { cle, couches: L.layerGroup() };
  cadrer();
  animer(montree.couches);
};
