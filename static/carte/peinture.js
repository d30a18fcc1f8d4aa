/* Ce que l'état fait voir de chaque couche. */

const estBlanche = (commune, departement) => estMarquee(etat.blanches[departement.code], commune.rang);

/* Les niveaux qui se peignent commune par commune. */
const parCommunes = () => etat.parNiveau === "communes" || etat.parNiveau === "epci";

/* Le territoire du niveau dont est une commune : sa place dans les listes de Python. */
const placeDe = (commune, departement) => rangDans(couches.niveau.places, departement.code, commune.rang);

const classeDe = (place) => lireClasse(couches.peinture.classes[place]);

const direDePlace = (place, { mots, textes } = couches.peinture) => mots[textes[place]];

const couleurDeCommune = (commune, departement) => {
  if (atelier) return couleurDAtelier(commune);
  if (parCommunes()) {
    const place = placeDe(commune, departement);
    // Hors de la zone d'étude, le niveau n'a rien à dire.
    if (place === undefined) return couleurs.blanc;
    const classe = classeDe(place);
    if (classe === SECRETE) return "croisees";
    return etat.palette[classe] ?? (couches.peinture.croisement ? "hachures" : couleurs.blanc);
  }
  return estBlanche(commune, departement) ? couleurs.commune_blanche : couleurs.commune_indeterminee;
};

const opaciteDeCommune = () => (!etat.fond ? 1 : parCommunes() || atelier ? 0.6 : 0.1);

/* Sur une fiche, les limites des communes se voient au travers. */
const opacite = () => (etat.cadre ? 0.45 : etat.fond ? 0.6 : 0.85);

/* Un tracé que l'on déplace dans la page perdrait le clavier. */
const mettreDevant = (couche) => {
  const actif = document.activeElement === couche.getElement();
  couche.bringToFront();
  if (actif) couche.getElement().focus({ preventScroll: true });
};

/* Chaque territoire avec ses tirets : ceux de deux voisins, l'un sur l'autre, feraient un trait plein. */
const mettreTerritoireDevant = (couche) => {
  const trace = couche.getElement();
  const tirets = couches.tiretsDe.get(couche.feature.properties.cpts_id);
  const dessus = tirets?.getElement() ?? null;
  // Le déplacer sous la souris ferait perdre le clic, et dire au navigateur qu'elle y entre à nouveau.
  if (trace.nextElementSibling === dessus && !dessus?.nextElementSibling) return;
  mettreDevant(couche);
  tirets?.bringToFront();
};

const remplissage = (classe, plan) =>
  classe === undefined ? `url(#hachures-${plan})` : classe === SECRETE ? `url(#croisees-${plan})` : etat.palette[classe];

const traitOrdinaire = () => (vueNationale ? 0.5 : TRAIT.etabli);

const peindreTerritoire = (couche, survol) => {
  const { cpts_id: id, forme, indicatif, nom } = couche.feature.properties;
  const visible = etat.formes[id] === forme;
  const choisi = etat.selection === id;
  const classe = etat.classes[id];
  const epaisseur = choisi ? TRAIT.choisi : survol ? TRAIT.survol : traitOrdinaire();
  couche.setStyle({
    stroke: visible,
    // Par département ou par commune, seul le trait d'une CPTS reste : le reste se pointe au travers.
    fill: visible && !etat.parNiveau,
    // Sous des tirets, un trait blanc : ils se lisent aussi sur les teintes sombres.
    color: indicatif ? couleurs.blanc : couleurs.encre,
    weight: epaisseur + (indicatif && !vueNationale ? 1.2 : 0),
    fillColor: remplissage(classe, "territoires"),
    fillOpacity: opacite(),
  });
  rendreActif(couche, visible, nom);
  const tirets = couches.tiretsDe.get(id);
  if (indicatif && tirets) tirets.setStyle({ stroke: visible, weight: epaisseur, dashArray: vueNationale ? "2 2" : "5 4" });
  if (visible && (choisi || survol)) mettreTerritoireDevant(couche);
};

const peindreRepere = (couche) => {
  const id = couche.feature.id;
  const visible = etat.formes[id] === "repere";
  const choisi = etat.selection === id;
  const classe = etat.classes[id];
  // La France a mille repères, presque tous cachés : seul ce qui change est repeint.
  const peinture = [visible, choisi, visible && classe, visible && etat.palette[classe], vueNationale, etat.parNiveau].join();
  if (couche.peinture === peinture) return;
  couche.peinture = peinture;
  couche.setStyle({
    stroke: visible,
    fill: visible,
    color: couleurs.encre,
    weight: choisi ? TRAIT.choisi : traitOrdinaire(),
    fillColor: etat.parNiveau ? couleurs.blanc : remplissage(classe, "reperes"),
    fillOpacity: 1,
  });
  couche.setRadius(vueNationale ? 4 : 8);
  rendreActif(couche, visible, couche.feature.properties.nom);
};

const peindreDepartements = () => {
  const choisis = new Set(etat.departements);
  couches.voiles.eachLayer((couche) => {
    const { id } = couche.feature;
    const classe = etat.parNiveau === "departements" && choisis.has(id) ? classeDe(rangDans(couches.niveau.places, id, 0)) : undefined;
    const couleur = (classe !== undefined || (etat.parNiveau === "departements" && couches.peinture.croisement && choisis.has(id)))
      && remplissage(classe, "voiles");
    couche.setStyle({
      fill: Boolean(couleur) || !choisis.has(id), fillColor: couleur || couleurs.blanc, fillOpacity: couleur ? opacite() : 0.65,
    });
  });
  couches.limites.eachLayer((couche) => {
    const choisi = choisis.has(couche.feature.id);
    couche.setStyle({ color: choisi ? couleurs.encre_seconde : couleurs.trait_ecran, weight: choisi && !vueNationale ? 1.5 : 1 });
    if (choisi) couche.bringToFront();
  });
};

const peindreCommunes = () => {
  for (const departement of couches.departements) {
    const peinture = [etat.blanches[departement.code], etat.fond, parCommunes() && [etat.parNiveau, etat.ind, etat.ind2],
      atelier?.peinture].join();
    if (!departement.communes || departement.peinture === peinture) continue;
    for (const commune of departement.communes) commune.couleur = couleurDeCommune(commune, departement);
    if (etat.parNiveau === "epci") departement.contours ??= tracerContours(departement);
    departement.peinture = peinture;
    couches.communes.redessiner();
  }
};

/* Ce qui n'est repeint que si l'état change l'est aussi quand le thème change. */
const oublierPeintures = () => {
  couches.legendeEcrite = couches.cerclesPeints = undefined;
  for (const departement of couches.departements) departement.peinture = undefined;
  couches.reperes.eachLayer((couche) => { couche.peinture = undefined; });
};
