/* Les noms, du plus important au moins important, jamais l'un sur l'autre. */
const CORPS = { cpts: [34, 13, 700], departement: [24, 11, 600], prefecture: [30, 12.5, 600], ville: [28, 12, 400], siege: [32, 13, 700] };

const largeur = (texte, corps, graisse) =>
  mesurer(texte, graisse + " " + corps + "px " + getComputedStyle(document.body).fontFamily);

const { centrer, mettreACote, placer } = window.atlasNoms;

const placerNoms = () => {
  noms.clearLayers();
  const { x: droite, y: bas } = carte.getSize();
  const candidats = donneesDe(montree.cle).noms.map(({ texte, lon, lat, genre, ouest }) => {
    const [corps, minimum, graisse] = CORPS[genre];
    const police = taille(corps, minimum);
    const l = largeur(texte, police, graisse) * (genre === "departement" ? 1.16 : 1) + 6;
    const h = police * 0.62;
    const ecart = police * 0.45 + 4;
    const places = genre === "cpts" || genre === "departement"
      ? centrer(l, h, [0, 1.6, -1.6, 3, -3].map((saut) => saut * h))
      : mettreACote(l, h, ecart, 5);
    // À l'ouest du territoire, un nom posé à droite le ferait croire dedans.
    if (ouest) places.reverse();
    const { x, y } = carte.latLngToContainerPoint([lat, lon]);
    return { texte, lon, lat, genre, police, graisse, ecart, places, x, y };
  });
  for (const { nom, place } of placer(candidats, [4, 4, droite - 4, bas - taille(34, 18)])) {
    const noeud = element("span", ["nom", nom.genre, place.cote].join(" "), nom.texte);
    Object.assign(noeud.style, { fontSize: nom.police + "px", fontWeight: nom.graisse, top: place.saut + "px" });
    noeud.style.setProperty("--ecart", nom.ecart + "px");
    poser(nom.lat, nom.lon, noeud);
    if (place.cote) poser(nom.lat, nom.lon, element("div", "ville-point"));
  }
};

const poser = (lat, lon, noeud) => {
  const icone = L.divIcon({ html: noeud, className: "ancre", iconSize: [0, 0] });
  noms.addLayer(L.marker([lat, lon], { pane: "noms", interactive: false, keyboard: false, icon: icone }));
};
