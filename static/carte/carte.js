/* La carte de l'atlas, côté navigateur.
 *
 * Les contours sont lus une seule fois (fichiers nommés par leur empreinte). Ensuite, Python n'envoie que
 * des codes, des classes et des étiquettes : `appliquer` repeint sans rien reconstruire, et la vue reste.
 * Tout libellé vient de fichiers que l'on ne maîtrise pas : il n'entre dans la page que par textContent.
 */

/* Le serveur apprend d'abord le territoire choisi, pour son panneau ; le navigateur le montre aussitôt. */
const choisir = (id) => {
  dire("cpts", id);
  etat.selection = id;
  etat.commune = null;
  couches.territoires.eachLayer((couche) => peindreTerritoire(couche, false));
  couches.reperes.eachLayer(peindreRepere);
  montrerChoix();
};

/* Le choix se voit à la prochaine image et part ; cadrer, plus long, le laisse passer. */
const montrerChoix = () => setTimeout(() => {
  repeindre();
  if (suivreVisee(etat)) cadrer();
}, DEPART_MS);

const repeindre = () => {
  couches.territoires.eachLayer((couche) => {
    peindreTerritoire(couche, false);
    if (couche.isTooltipOpen()) remplirBulle(couche, couche.feature.properties.cpts_id);
  });
  couches.reperes.eachLayer((couche) => {
    peindreRepere(couche);
    if (couche.isTooltipOpen()) remplirBulle(couche, couche.feature.id);
  });
  peindreCercles();
  peindreLegende();
  reglerPupitre();
  peindreDepartements();
  peindreZones();
  lireZones();
  montrerCommune();
  suivreVue();
  placerNoms();
};

/* Des listes de Python, dans l'ordre du fichier, à ce que l'on cherche par CPTS. */
const lireFormes = () => {
  etat.formes = lireParCpts([...couches.cpts.keys()], etat.formes, (initiale) => FORMES[initiale]);
};

/* L'indicateur et le second, si tous deux sont des taux de ce que la carte montre. */
const croiserAvec = (ids, niveau) => {
  const { ind, ind2 } = etat;
  if (!ind2 || ind2 === ind) return undefined;
  const { colorations, sens, bivariee } = couches.jeu;
  const { [ind]: un, [ind2]: autre } = niveau ? couches.niveau.indicateurs : colorations;
  const noms = [colorations[ind].titre, colorations[ind2].titre];
  const ordres = [sens[ind], sens[ind2]];
  return croiserPeintures(un, autre, noms, ordres, bivariee, (rang) => niveau || etat.formes[ids[rang]]);
};

/* Comment peindre : ce que Python a dit ou, là où l'on choisit, ce que le fichier dit de cet indicateur. */
const lirePeinture = () => {
  const ids = [...couches.cpts.keys()];
  const seule = etat.jeu ? couches.jeu.colorations[etat.ind] : etat.coloration;
  const [montre, repli] = trouverNiveau(couches.jeu?.replis ?? {}, etat.ind, etat.niveau?.demande ?? "cpts");
  // Les couleurs d'un autre niveau que celui que l'on montre attendent leur indicateur.
  const niveau = couches.niveau?.nom === montre ? couches.niveau.indicateurs[etat.ind] : undefined;
  etat.repli = repli;
  const croisee = etat.jeu && croiserAvec(ids, niveau);
  const peinture = (!niveau && croisee) || seule;
  couches.peinture = niveau ? peindreParNiveau(seule, croisee || niveau) : croisee ? { ...croisee, legende: croisee.legende.concat(signesDuTrait(seule)) } : seule;
  // Deux indicateurs se lisent par leur carré ; un seul, à côté de ce qu'il est ailleurs.
  etat.lecture = (!croisee && couches.jeu?.lectures[etat.ind]) || "";
  etat.parNiveau = niveau && montre;
  etat.palette = couches.peinture.palette.map(teinter);
  etat.valeurs = couches.peinture.valeurs;
  etat.classes = lireParCpts(ids, niveau ? [] : peinture.classes, (classe) => classe ?? undefined);
  etat.infobulles = lireParCpts(ids, seule.infobulles);
  if (croisee && !niveau) {
    const [un, autre] = croisee.croisement.peintures;
    ids.forEach((id, rang) => { etat.infobulles[id] = direCroisees(croisee.croisement, [un.infobulles[rang], autre.infobulles[rang]]); });
  }
  etat.cercles = lireParCpts(ids, couches.peinture.cercles);
};

/* Les fichiers des couleurs dépendent des filtres et du niveau ; la carte attend les nouveaux sous ses couleurs d'avant. */
const fichiersDe = ({ jeu, niveau }) => [jeu, niveau?.fichier];

const lireJeux = () => Promise.all(fichiersDe(attendu).map(async (fichier) => {
  try {
    if (fichier && !jeux.has(fichier)) jeux.set(fichier, lire(fichier));
    return await jeux.get(fichier);
  } catch (erreur) {
    jeux.delete(fichier);
    if (couches) annoncer("Les couleurs n'ont pas pu être lues ; changez un filtre ou rechargez la page.");
    throw erreur;
  }
}));

const peindreEtat = () => {
  etat = attendu;
  if (etat.atelier) ouvrirAtelier(etat.atelier);
  lireFormes();
  lirePeinture();
  reglerFond();
  repeindre();
  if (aRecadrer) cadrer();
  aRecadrer = false;
};

/* Peindre avec le fichier de cet état, s'il est encore celui de la carte quand le fichier arrive. */
const peindreUneFoisLu = async () => {
  const voulu = attendu;
  const [jeu, niveau] = await lireJeux();
  if (attendu !== voulu) return;
  Object.assign(couches, { jeu, niveau, fichiersLus: fichiersDe(voulu).join() });
  peindreEtat();
};

const appliquer = (nouveau) => {
  const cadreChange = !attendu || attendu.cadre !== nouveau.cadre || attendu.departements.join() !== nouveau.departements.join();
  const viseeChange = suivreVisee(nouveau);
  if (attendu && cadreChange && !viseeChange) enEnsemble = true;
  attendu = garderReglages(nouveau, attendu);
  if (!couches) return void lireJeux();
  if (viseeChange || (cadreChange && vueAutomatique)) aRecadrer = true;
  // Déjà lu, il est peint sans attendre la prochaine image.
  if (couches.fichiersLus === fichiersDe(attendu).join()) peindreEtat();
  else peindreUneFoisLu();
};

const installer = (donnees, territoires, reperes, zones, commandes) => {
  const avis = element("div", "avis");
  avis.hidden = true;
  avis.setAttribute("role", "status");
  carte.getContainer().append(avis);
  couches = {
    ...creerDepartements(donnees.departements),
    territoires,
    reperes,
    zones,
    fichierZones: null,
    zonesLues: null,
    villes: donnees.villes,
    nomsDepartements: donnees.departements.features.map((d) => ({
      texte: d.properties.nom.toLocaleUpperCase("fr"), lat: d.properties.ancre[1], lon: d.properties.ancre[0],
      genre: "departement", departement: d.id, bornes: L.geoJson(d).getBounds(),
    })),
    departements: [],
    cpts: new Map(donnees.reperes.map((repere) => [repere.id, repere])),
    tiretsDe: new Map(),
    cercles: L.layerGroup(),
    renduCercles: L.svg({ pane: "cercles", padding: 0.5 }),
    noms: L.layerGroup(),
    communes: new CoucheCommunes(),
    commune: L.geoJson(null, { pane: "commune", renderer: L.svg({ pane: "commune", padding: 0.5 }), interactive: false,
      style: () => ({ fill: false, weight: TRAIT.choisi, color: couleurs.encre }) }),
    avis,
    ...commandes,
  };
  couches.limites.eachLayer((couche) => {
    const { communes: effectif, fichier } = couche.feature.properties;
    couches.departements.push({ code: couche.feature.id, effectif, fichier, bornes: couche.getBounds() });
  });
  territoires.addData(donnees.territoires);
  L.geoJson(donnees.territoires, {
    pane: "territoires",
    renderer: territoires.options.renderer,
    interactive: false,
    filter: (objet) => objet.properties.indicatif,
    style: { fill: false, color: couleurs.encre },
    onEachFeature: (objet, couche) => couches.tiretsDe.set(objet.properties.cpts_id, couche),
  }).addTo(carte);
  territoires.eachLayer(mettreTerritoireDevant);
  remplirReperes(reperes, donnees.reperes);
  for (const nom of ["communes", "voiles", "limites", "cercles", "commune", "noms"]) couches[nom].addTo(carte);
  poserHachures("territoires");
  poserHachures("reperes");
  poserHachures("voiles");
  bornerRecul();
};

const lire = async (fichier) => {
  const reponse = await fetch(dossier + "/" + fichier);
  if (!reponse.ok) throw new Error(fichier + " : " + reponse.status);
  return reponse.json();
};

const creer = (laCarte, leDossier, fichier, lesCouleurs, lesSombres) => {
  carte = laCarte;
  dossier = leDossier;
  couleursClaires = lesCouleurs;
  teintesSombres = lesSombres;
  lireTheme();
  // La page redit son thème à chaque changement ; on imprime toujours sur du blanc.
  addEventListener("message", ({ data }) => { if (data.type === "streamlit:render") suivreTheme(); });
  matchMedia("print").addEventListener("change", suivreTheme);
  // La page ne voit plus le pointeur : la ligne qu'il vient de quitter n'est plus montrée.
  carte.getContainer().addEventListener("mouseenter", () => survoler([]));
  // Celle de la page, que static/cadres.js porte jusqu'ici.
  document.fonts.addEventListener("loadingdone", () => placerNoms());
  vueAutomatique = true;
  carte.attributionControl.setPrefix(false);
  carte.attributionControl.addAttribution("Contours © IGN");
  carte.zoomControl.getContainer().querySelectorAll("a").forEach((lien, rang) => {
    lien.title = rang ? "Zoom arrière" : "Zoom avant";
    lien.setAttribute("aria-label", lien.title);
  });
  creerPasser();
  creerBoutonRecadrer().addTo(carte);
  if (document.fullscreenEnabled) creerPleinEcran().addTo(carte);
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(carte);
  suivreUtilisateur();
  suivreDoigts();
  carte.on("moveend", () => { suivreVue(); placerNoms(); });
  for (const [nom, rang] of Object.entries(PLANS)) carte.createPane(nom).style.zIndex = rang;
  carte.getPane("noms").style.pointerEvents = "none";
  const territoires = creerTerritoires().addTo(carte);
  const zones = creerZones().addTo(carte);
  const reperes = L.featureGroup().addTo(carte);
  lire(fichier).then(async (donnees) => {
    const commandes = { pupitre: creerPupitre().addTo(carte), legende: creerLegende().addTo(carte) };
    const contours = { ...donnees, territoires: formerCollection(donnees.territoires), departements: formerCollection(donnees.departements) };
    installer(contours, territoires, reperes, zones, commandes);
    if (!attendu) return;
    await peindreUneFoisLu();
    suivreVue();
  }).catch((erreur) => {
    const avis = element("div", "avis", "La carte n'a pas pu être lue. Rechargez la page ; si cela persiste, redémarrez l'application.");
    avis.setAttribute("role", "alert");
    carte.getContainer().append(avis);
    throw erreur;
  });
  return territoires;
};

window.atlasCarte = { creer, appliquer, survoler };
