/* Les noms, posés là où static/commun/noms.js leur trouve une place. */

const police = { departement: "600 11px", ville: "12px", prefecture: "600 12.5px", cpts: "italic 600 12px", commune: "700 13px", valeur: "700 14px" };

const largeur = (texte, genre) =>
  mesurer(texte, police[genre] + ` "Source Sans", sans-serif`) * (genre === "departement" ? 1.25 : 1);

const { centrer, mettreACote, placer } = window.atlasNoms;

/* Les places possibles d'un nom, la meilleure d'abord. */
const places = (nom, l) => {
  if (nom.genre === "departement") return centrer(l, 8, [0, -20, 20]);
  if (nom.genre === "cpts") return centrer(l, 8, [0, -16, 16, -32, 32]);
  if (nom.genre === "commune") return centrer(l, 8, [0, -18, 18, -32, 32]);
  if (nom.genre === "valeur") return centrer(l, 9, [0, -18, 18, -36, 36]);
  return mettreACote(l, 8, nom.ecart || 13, 8);
};

/* Un nom bien plus large que ce qu'il nomme se lirait comme celui du voisin. */
const tient = (nom, l) => {
  const ouest = carte.latLngToContainerPoint(nom.bornes.getSouthWest()).x;
  const place = carte.latLngToContainerPoint(nom.bornes.getNorthEast()).x - ouest;
  return place > (nom.genre === "cpts" ? 0.65 : 0.9) * l;
};

/* Les commandes de la carte gardent leur place. */
const encombres = () => {
  const { left, top } = carte.getContainer().getBoundingClientRect();
  return [...carte.getContainer().querySelectorAll(".leaflet-control")]
    .map((controle) => controle.getBoundingClientRect())
    .map((boite) => [boite.left - left, boite.top - top, boite.right - left, boite.bottom - top]);
};

const poser = (nom, noeud) => {
  couches.noms.addLayer(L.marker([nom.lat, nom.lon], {
    pane: "noms", interactive: false, keyboard: false,
    icon: L.divIcon({ html: noeud, className: "ancre", iconSize: [0, 0] }),
  }));
};

/* Colorié, un département dit sa valeur. */
const direDepartement = ({ texte, departement }) => {
  const place = etat.parNiveau === "departements" ? rangDans(couches.niveau.places, departement, 0) : undefined;
  return place === undefined || couches.peinture.croisement ? texte : texte + " · " + direDePlace(place);
};

const placerNoms = () => {
  if (!couches || !etat) return;
  couches.noms.clearLayers();
  const { x: largeurCarte, y: hauteurCarte } = carte.getSize();
  const vue = carte.getBounds().pad(0.05);
  const choisis = new Set(etat.departements);
  const candidats = [];
  const departements = couches.nomsDepartements.map((nom) => ({ ...nom, texte: direDepartement(nom) }));
  const noms = nomDeCommune().concat(ordonnerNoms(
    visibles(), etat.valeurs, couches.villes, departements, nomsDeZones().concat(atelier ? nomsDAtelier() : []), vueNationale));
  for (const nom of noms) {
    if (!vue.contains([nom.lat, nom.lon])) continue;
    if (nom.rang === RANGS.ville && !choisis.has(nom.departement)) continue;
    const { x, y } = carte.latLngToContainerPoint([nom.lat, nom.lon]);
    const l = largeur(nom.texte, nom.genre.split(" ")[0]) + 4;
    if (nom.bornes && !tient(nom, l)) continue;
    candidats.push({ ...nom, x, y, places: places(nom, l), toujours: nom.genre.startsWith("valeur") });
  }
  for (const { nom, place } of placer(candidats, [0, 0, largeurCarte, hauteurCarte], encombres())) {
    const { cote, saut } = place;
    const noeud = element("span", "nom " + nom.genre + " " + cote, nom.texte);
    if (cote) noeud.style.setProperty("--ecart", (nom.ecart || 13) + "px");
    if (saut) noeud.style.top = saut + "px";
    poser(nom, noeud);
    if (cote) poser(nom, element("div", "point"));
  }
};
