/* Les zones : leur fichier dépend des filtres. */

const creerZones = () => L.geoJson(null, {
  pane: "zones",
  renderer: L.svg({ pane: "zones", padding: 0.5 }),
  onEachFeature: (objet, couche) => {
    const { nom, lignes } = objet.properties;
    taire(couche);
    direSurvol(couche);
    couche.bindTooltip(bulle(nom, lignes), { sticky: true });
    couche.on("mouseover", () => peindreZone(couche, true));
    couche.on("mouseout", () => peindreZone(couche, false));
    couche.on("click", () => {
      dire("zone", objet.id);
      etat.zone = objet.id;
      etat.commune = null;
      peindreZones();
      montrerChoix();
      // La légende qui lui répond n'a pas la même largeur : la vue est celle que donnera ce lien.
      aRecadrer = true;
    });
  },
});

/* Ce que dit une classe se lit comme dans la légende ; sinon la teinte ne dit que l'état, et s'efface. */
const opaciteDeZone = (teinte) => (etat.palette.includes(teinte) ? opacite() : etat.fond ? 0.5 : 0.65);

const peindreZone = (couche, survol) => {
  const choisie = etat.zone === couche.feature.id;
  const { contour, teinte: dite } = couche.feature.properties;
  const teinte = teinter(dite);
  couche.setStyle({
    color: contour && !choisie ? teinter(contour) : couleurs.encre,
    weight: choisie ? TRAIT.choisi : survol ? TRAIT.survol : contour ? 2 : 0.8,
    fillColor: dite === "croisees" ? "url(#croisees-zones)" : teinte,
    // Sous les territoires : un contour indicatif garde ses tirets. La zone choisie se voit à sa teinte.
    fillOpacity: choisie ? 1 : opaciteDeZone(teinte),
  });
  if (choisie || survol) mettreDevant(couche);
  rendreActif(couche, true, couche.feature.properties.nom);
};

const nomsDeZones = () => couches.zones.getLayers().filter(({ feature }) => feature.properties.etiquette).map(({ feature }) => {
  const { etiquette, ancre: [lon, lat] } = feature.properties;
  return { texte: etiquette, lat, lon };
});

const peindreZones = () => couches.zones.eachLayer((couche) => peindreZone(couche, false));

/* Les zones dépendent des filtres : leur fichier change, la carte reste. */
const lireZones = async () => {
  const fichier = etat.zones;
  if (couches.fichierZones === fichier) return;
  couches.fichierZones = fichier;
  couches.zones.clearLayers();
  try {
    const donnees = fichier && await lire(fichier);
    if (couches.fichierZones !== fichier) return;
    if (donnees) couches.zones.addData(formerCollection(donnees));
    couches.zonesLues = fichier;
    poserHachures("zones");
    peindreZones();
    placerNoms();
    if (visee === "zone=" + etat.zone) cadrer();
    suivreVue();
  } catch (erreur) {
    couches.fichierZones = undefined;
    annoncer("Les zones n'ont pas pu être lues ; changez un filtre ou rechargez la page.");
    throw erreur;
  }
};
