/* La carte de l'atlas, côté navigateur.
 *
 * Les contours sont lus une seule fois (fichiers nommés par leur empreinte). Ensuite, Python n'envoie que
 * des codes, des classes et des étiquettes : `appliquer` repeint sans rien reconstruire, et la vue reste.
 * Tout libellé vient de fichiers que l'on ne maîtrise pas : il n'entre dans la page que par textContent.
 */
window.atlasCarte = (() => {
  "use strict";

  const ENCRE = "#161616";
  const TRAIT = { etabli: 1.4, survol: 2.4, choisi: 3 };
  const FOND_IGN =
    "https://data.geopf.fr/wmts?SERVICE=WMTS&VERSION=1.0.0&REQUEST=GetTile&STYLE=normal&TILEMATRIXSET=PM" +
    "&FORMAT=image/png&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}";
  // Du plus bas au plus haut : les communes, le voile des départements non choisis, les territoires…
  const PLANS = { communes: 340, voiles: 350, zones: 360, territoires: 400, tirets: 405, limites: 410, cercles: 415, reperes: 420, noms: 630 };

  // Les communes ne sont lues et peintes que si les départements en vue, ou les choisis parmi eux, n'en
  // comptent pas davantage : il y a place pour la plus grande région.
  const COMMUNES_MAX = 6000;

  // Au-delà, la vue est nationale : traits et repères fins, et les seules préfectures sont nommées.
  const DEPARTEMENTS_MAX = 20;
  // Python n'envoie que l'initiale de la forme, dans l'ordre du fichier des territoires.
  const FORMES = { c: "complet", e: "etabli", r: "repere" };

  let carte, dossier, couleurs, couches, etat, fond, vueAutomatique, mesure, zoneCadree;
  let vueNationale = false;

  const element = (balise, classe, texte) => {
    const noeud = document.createElement(balise);
    if (classe) noeud.className = classe;
    if (texte !== undefined) noeud.textContent = texte;
    return noeud;
  };

  const bulle = (titre, lignes) => {
    const noeud = element("div", "bulle");
    noeud.append(element("strong", "", titre));
    for (const ligne of lignes) noeud.append(element("div", "", ligne));
    return noeud;
  };

  /* Hachures : la valeur n'est pas publiée. Un motif SVG, car une couleur seule ne se distingue pas assez. */
  const poserHachures = (plan) => {
    const svg = carte.getPane(plan).querySelector("svg");
    if (!svg || svg.querySelector("defs")) return;
    const defs = document.createElementNS("http://www.w3.org/2000/svg", "defs");
    defs.innerHTML =
      '<pattern id="hachures-' + plan + '" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
      '<rect width="7" height="7" fill="#ffffff"/><rect width="2.5" height="7" fill="#b1b1b1"/></pattern>';
    svg.prepend(defs);
  };

  /* Les composants transmettent au serveur ce que rend toGeoJSON : l'identifiant suffit, pas le contour.
   * L'instant distingue deux clics de suite sur le même territoire. */
  const rendreIdentifiant = (couche, id) => {
    couche.toGeoJSON = () => ({ id, instant: Date.now() });
  };

  /* Écrite à l'ouverture : des centaines de bulles que personne ne lit ralentiraient chaque repeinte. */
  const remplirBulle = (couche, id) => {
    const { nom, etape, perimetres } = couches.cpts.get(id);
    const lignes = [etat.infobulles[id], etape, perimetres[etat.formes[id]]];
    couche.setTooltipContent(bulle(nom, lignes.filter(Boolean)));
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

  const creerTerritoires = () => {
    const rendu = L.svg({ pane: "territoires", padding: 0.5 });
    return L.geoJson(null, {
      pane: "territoires",
      renderer: rendu,
      onEachFeature: (objet, couche) => {
        rendreIdentifiant(couche, objet.properties.cpts_id);
        couche.bindTooltip(element("div"), { sticky: true });
        couche.on("tooltipopen", () => remplirBulle(couche, objet.properties.cpts_id));
        couche.on("mouseover", () => peindreTerritoire(couche, true));
        couche.on("mouseout", () => peindreTerritoire(couche, false));
        couche.on("click", () => choisir(objet.properties.cpts_id));
      },
    });
  };

  const remplirReperes = (groupe, reperes) => {
    const rendu = L.svg({ pane: "reperes", padding: 0.5 });
    for (const repere of reperes) {
      const couche = L.circleMarker([repere.lat, repere.lon], { pane: "reperes", renderer: rendu, radius: 8 });
      couche.feature = { id: repere.id, properties: repere };
      rendreIdentifiant(couche, repere.id);
      couche.bindTooltip(element("div"), { direction: "top" });
      couche.on("tooltipopen", () => remplirBulle(couche, repere.id));
      couche.on("click", () => choisir(repere.id));
      groupe.addLayer(couche);
    }
  };

  const creerZones = () => L.geoJson(null, {
    pane: "zones",
    renderer: L.svg({ pane: "zones", padding: 0.5 }),
    onEachFeature: (objet, couche) => {
      const { nom, lignes } = objet.properties;
      rendreIdentifiant(couche, "zone:" + objet.id);
      couche.bindTooltip(bulle(nom, lignes), { sticky: true });
      couche.on("mouseover", () => peindreZone(couche, true));
      couche.on("mouseout", () => peindreZone(couche, false));
      couche.on("click", () => { etat.zone = objet.id; peindreZones(); });
    },
  });

  const creerCommunes = (donnees, departement) => {
    donnees.features.forEach((commune, rang) => { commune.rang = rang; });
    couches.renduCommunes = couches.renduCommunes || L.canvas({ pane: "communes", padding: 0.3 });
    return L.geoJson(donnees, {
      pane: "communes",
      renderer: couches.renduCommunes,
      style: (objet) => styleCommune(objet, departement),
      // Une commune n'est pas un territoire : un clic sur elle n'appelle pas le serveur.
      onEachFeature: (objet, couche) => { couche.toGeoJSON = undefined; },
    }).bindTooltip(
      ({ feature }) => bulle(feature.properties.nom, [ligneCommune(feature, departement)]),
      { sticky: true },
    );
  };

  const creerDepartements = (donnees) => {
    const style = { interactive: false, fill: false };
    return {
      voiles: L.geoJson(donnees, { ...style, pane: "voiles", renderer: L.svg({ pane: "voiles", padding: 0.5 }), stroke: false }),
      limites: L.geoJson(donnees, { ...style, pane: "limites", renderer: L.svg({ pane: "limites", padding: 0.5 }) }),
    };
  };

  /* Python les marque : un nombre hexadécimal par département, un bit par commune dans l'ordre de son fichier. */
  const estBlanche = (commune, departement) => {
    const chiffre = (etat.blanches[departement.code] || "").at(-1 - (commune.rang >> 2)) || "0";
    return Boolean((parseInt(chiffre, 16) >> (commune.rang & 3)) & 1);
  };

  const styleCommune = (commune, departement) => ({
    weight: 0.6,
    fillColor: estBlanche(commune, departement) ? "#d9d9d9" : "#f0f0f0",
    fillOpacity: etat.fond ? 0.1 : 1,
    color: etat.fond ? "#999999" : "#ffffff",
  });

  const ligneCommune = (commune, departement) => {
    if (estBlanche(commune, departement)) return "zone blanche : dans aucune CPTS comptée";
    return commune.properties.membre ? "dans une CPTS que les filtres ne montrent pas" : "sans périmètre connu";
  };

  const traitOrdinaire = () => (vueNationale ? 0.5 : TRAIT.etabli);

  const peindreTerritoire = (couche, survol) => {
    const { cpts_id: id, forme, indicatif, nom } = couche.feature.properties;
    const visible = etat.formes[id] === forme;
    const choisi = etat.selection === id;
    const classe = etat.classes[id];
    const epaisseur = choisi ? TRAIT.choisi : survol ? TRAIT.survol : traitOrdinaire();
    couche.setStyle({
      stroke: visible,
      fill: visible,
      // Sous des tirets, un trait blanc : ils se lisent aussi sur les teintes sombres.
      color: indicatif ? "#ffffff" : ENCRE,
      weight: epaisseur + (indicatif && !vueNationale ? 1.2 : 0),
      fillColor: classe === undefined ? "url(#hachures-territoires)" : etat.palette[classe],
      // Sur une fiche, les limites des communes se voient au travers.
      fillOpacity: etat.cadre ? 0.45 : etat.fond ? 0.6 : 0.85,
    });
    rendreActif(couche, visible, nom);
    const tirets = couches.tiretsDe.get(id);
    if (indicatif && tirets) tirets.setStyle({ stroke: visible, weight: epaisseur, dashArray: vueNationale ? "2 2" : "5 4" });
    if (!visible || !(choisi || survol)) return;
    couche.bringToFront();
    if (indicatif && tirets) tirets.bringToFront();
  };

  const peindreRepere = (couche) => {
    const id = couche.feature.id;
    const visible = etat.formes[id] === "repere";
    const choisi = etat.selection === id;
    const classe = etat.classes[id];
    // La France a mille repères, presque tous cachés : seul ce qui change est repeint.
    const peinture = [visible, choisi, visible && classe, visible && etat.palette[classe], vueNationale].join();
    if (couche.peinture === peinture) return;
    couche.peinture = peinture;
    couche.setStyle({
      stroke: visible,
      fill: visible,
      color: ENCRE,
      weight: choisi ? TRAIT.choisi : traitOrdinaire(),
      fillColor: classe === undefined ? "url(#hachures-reperes)" : etat.palette[classe],
      fillOpacity: 1,
    });
    couche.setRadius(vueNationale ? 4 : 8);
    rendreActif(couche, visible, couche.feature.properties.nom);
  };

  /* Ce que l'on voit de chaque CPTS, et où on l'annote : au milieu de son territoire, ou à son repère. */
  const visibles = () => {
    const vues = [];
    couches.territoires.eachLayer((couche) => {
      const { cpts_id: id, forme, ancre } = couche.feature.properties;
      if (etat.formes[id] === forme) vues.push({ id, couche, lat: ancre[1], lon: ancre[0], estRepere: false });
    });
    couches.reperes.eachLayer((couche) => {
      const { id, lon, lat } = couche.feature.properties;
      if (etat.formes[id] === "repere") vues.push({ id, couche, lat, lon, estRepere: true });
    });
    return vues;
  };

  /* Une surface dit le nombre. Un geste sur un cercle est un geste sur son territoire. */
  const peindreCercles = () => {
    const traces = visibles().filter(({ id }) => etat.cercles[id]);
    const peinture = traces.map(({ id, estRepere }) => [id, estRepere, etat.cercles[id]]).join();
    if (couches.cerclesPeints === peinture) return;
    couches.cerclesPeints = peinture;
    couches.cercles.clearLayers();
    // Les plus petits au-dessus : aucun n'est caché.
    traces.sort((a, b) => etat.cercles[b.id] - etat.cercles[a.id]);
    for (const { id, couche, lat, lon } of traces) {
      const cercle = L.circleMarker([lat, lon], {
        pane: "cercles", renderer: couches.renduCercles, radius: etat.cercles[id],
        color: couleurs.cercle_bord, weight: 1, fillColor: couleurs.cercle, fillOpacity: 0.8,
      });
      for (const geste of ["click", "mouseover", "mousemove", "mouseout"]) {
        cercle.on(geste, ({ latlng, originalEvent }) => couche.fire(geste, { latlng, originalEvent }, true));
      }
      couches.cercles.addLayer(cercle);
    }
  };

  const peindreZone = (couche, survol) => {
    const choisie = etat.zone === couche.feature.id;
    couche.setStyle({
      color: ENCRE,
      weight: choisie ? TRAIT.choisi : survol ? TRAIT.survol : 0.8,
      fillColor: couche.feature.properties.teinte,
      // Sous les territoires : un contour indicatif garde ses tirets. La zone choisie se voit à sa teinte.
      fillOpacity: choisie ? 1 : etat.fond ? 0.5 : 0.65,
    });
    if (choisie || survol) couche.bringToFront();
    rendreActif(couche, true, couche.feature.properties.nom);
  };

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
      if (donnees) couches.zones.addData(donnees);
      couches.zonesLues = fichier;
      peindreZones();
      if (etat.zone) cadrer();
      suivreVue();
    } catch (erreur) {
      couches.fichierZones = undefined;
      annoncer("Les zones n'ont pas pu être lues ; changez un filtre ou rechargez la page.");
      throw erreur;
    }
  };

  const peindreDepartements = () => {
    const choisis = new Set(etat.departements);
    couches.voiles.eachLayer((couche) => couche.setStyle({
      fill: !choisis.has(couche.feature.id), fillColor: "#ffffff", fillOpacity: 0.65,
    }));
    couches.limites.eachLayer((couche) => {
      const choisi = choisis.has(couche.feature.id);
      couche.setStyle({ color: choisi ? "#3a3a3a" : "#999999", weight: choisi && !vueNationale ? 1.5 : 1 });
      if (choisi) couche.bringToFront();
    });
  };

  const peindreCommunes = () => {
    for (const departement of couches.departements) {
      const { communes } = departement;
      const peinture = [etat.blanches[departement.code], etat.fond].join();
      if (!communes || departement.peinture === peinture) continue;
      communes.setStyle((objet) => styleCommune(objet, departement));
      departement.peinture = peinture;
    }
  };

  /* --- Ce que l'échelle change : les traits, et les communes, lues par département quand on est près --- */

  const departementsProches = (enVue, choisis) => {
    const tient = (departements) =>
      departements.reduce((somme, departement) => somme + departement.effectif, 0) <= COMMUNES_MAX;
    return new Set([enVue, choisis].find(tient) || []);
  };

  const lireCommunes = async (departement) => {
    departement.lecture = true;
    try {
      departement.communes = creerCommunes(await lire(departement.fichier), departement);
      suivreVue();
    } catch (erreur) {
      // Un prochain déplacement de la carte la redemandera.
      departement.lecture = false;
      annoncer("Les communes n'ont pas pu être lues ; déplacez la carte pour les redemander.");
      throw erreur;
    }
  };

  const suivreVue = () => {
    if (!couches || !etat) return;
    const vue = carte.getBounds();
    const enVue = couches.departements.filter((departement) => vue.intersects(departement.bornes));
    const choisis = enVue.filter((departement) => etat.departements.includes(departement.code));
    if (vueNationale !== choisis.length > DEPARTEMENTS_MAX) {
      vueNationale = !vueNationale;
      peindreDepartements();
      couches.territoires.eachLayer((couche) => peindreTerritoire(couche, false));
      couches.reperes.eachLayer(peindreRepere);
    }
    const proches = departementsProches(enVue, choisis);
    for (const departement of couches.departements) {
      const { communes } = departement;
      if (!proches.has(departement)) {
        if (communes) communes.remove();
      } else if (communes) {
        communes.addTo(carte);
      } else if (!departement.lecture) {
        lireCommunes(departement);
      }
    }
    peindreCommunes();
    const completes = [...proches].every((departement) => departement.communes) && couches.zonesLues === etat.zones;
    carte.getContainer().dataset.prete = completes ? "oui" : "non";
  };

  /* --- Noms : placés du plus important au moins important, jamais l'un sur l'autre ------------------- */

  const police = { departement: "600 11px", ville: "12px", prefecture: "600 12.5px", valeur: "700 14px" };

  const largeur = (texte, genre) => {
    mesure = mesure || document.createElement("canvas").getContext("2d");
    mesure.font = police[genre] + " Arial, sans-serif";
    return mesure.measureText(texte).width * (genre === "departement" ? 1.25 : 1);
  };

  const nomsCandidats = () => {
    const valeurs = [];
    const reperes = new Set();
    for (const { id, lat, lon, estRepere } of visibles()) {
      if (estRepere) reperes.add(lon + " " + lat);
      if (etat.valeurs[id]) valeurs.push({ texte: etat.valeurs[id], lat, lon, genre: estRepere ? "valeur repere" : "valeur" });
    }
    const seul = (ville) => reperes.has(ville.lon + " " + ville.lat);
    const rang = (ville) => (ville.genre === "prefecture" ? 0 : seul(ville) ? 1 : 3);
    const villes = couches.villes.map((ville) => ({ ...ville, rang: rang(ville), ecart: seul(ville) ? 13 : 8 }));
    const departements = couches.nomsDepartements.map((nom) => ({ ...nom, rang: 2 }));
    if (vueNationale) return valeurs.concat(villes.filter((ville) => ville.genre === "prefecture"));
    return valeurs.concat([...villes, ...departements].sort((a, b) => a.rang - b.rang));
  };

  const { centrer, mettreACote, placer } = window.atlasNoms;

  /* Les places possibles d'un nom, la meilleure d'abord. */
  const places = (nom, l) => {
    if (nom.genre === "departement") return centrer(l, 8, [0, -20, 20]);
    if (nom.genre === "valeur") return centrer(l, 9, [0, -18, 18, -36, 36]);
    return mettreACote(l, 8, nom.ecart || 13, 8);
  };

  /* Un nom plus large que son département se lirait comme celui du voisin. */
  const tient = (nom, l) => {
    const ouest = carte.latLngToContainerPoint(nom.bornes.getSouthWest()).x;
    return carte.latLngToContainerPoint(nom.bornes.getNorthEast()).x - ouest > 0.9 * l;
  };

  const poser = (nom, noeud) => {
    couches.noms.addLayer(L.marker([nom.lat, nom.lon], {
      pane: "noms", interactive: false, keyboard: false,
      icon: L.divIcon({ html: noeud, className: "ancre", iconSize: [0, 0] }),
    }));
  };

  const placerNoms = () => {
    if (!couches || !etat) return;
    couches.noms.clearLayers();
    const { x: largeurCarte, y: hauteurCarte } = carte.getSize();
    const vue = carte.getBounds().pad(0.05);
    const choisis = new Set(etat.departements);
    const candidats = [];
    for (const nom of nomsCandidats()) {
      if (!vue.contains([nom.lat, nom.lon])) continue;
      if (nom.rang === 3 && !choisis.has(nom.departement)) continue;
      const { x, y } = carte.latLngToContainerPoint([nom.lat, nom.lon]);
      const l = largeur(nom.texte, nom.genre.split(" ")[0]) + 4;
      if (nom.bornes && !tient(nom, l)) continue;
      candidats.push({ ...nom, x, y, places: places(nom, l), toujours: nom.genre.startsWith("valeur") });
    }
    // Les boutons de la carte gardent leur place.
    for (const { nom, place } of placer(candidats, [0, 0, largeurCarte, hauteurCarte], [[0, 0, 56, 140]])) {
      const { cote, saut } = place;
      const noeud = element("span", "nom " + nom.genre + " " + cote, nom.texte);
      if (cote) noeud.style.setProperty("--ecart", (nom.ecart || 13) + "px");
      if (saut) noeud.style.top = saut + "px";
      poser(nom, noeud);
      if (cote) poser(nom, element("div", "point"));
    }
  };

  /* --- Fond de plan : demandé par l'utilisateur, et retiré de lui-même s'il n'arrive pas -------------- */

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

  /* --- Vue : cadrée sur les départements choisis tant que l'utilisateur ne l'a pas déplacée ----------- */

  const cadrer = () => {
    const choisis = new Set(etat.departements);
    const bornes = L.latLngBounds([]);
    couches.territoires.eachLayer((couche) => {
      if (couche.feature.properties.cpts_id === etat.cadre) bornes.extend(couche.getBounds());
    });
    couches.zones.eachLayer((couche) => {
      if (couche.feature.id === etat.zone) bornes.extend(couche.getBounds());
    });
    if (!bornes.isValid()) couches.limites.eachLayer((couche) => {
      if (choisis.has(couche.feature.id)) bornes.extend(couche.getBounds());
    });
    if (bornes.isValid()) carte.fitBounds(bornes, { padding: [8, 8], animate: false });
    vueAutomatique = true;
  };

  const creerBoutonRecadrer = () => {
    const controle = L.control({ position: "topleft" });
    controle.onAdd = () => {
      const cadre = element("div", "leaflet-bar");
      const bouton = element("a", "recadrer", "⤢");
      Object.assign(bouton, { href: "#", title: "Recadrer la carte", role: "button" });
      bouton.setAttribute("aria-label", bouton.title);
      L.DomEvent.on(bouton, "click", (e) => { L.DomEvent.stop(e); cadrer(); });
      cadre.append(bouton);
      return cadre;
    };
    return controle;
  };

  const suivreUtilisateur = () => {
    const enMain = () => { vueAutomatique = false; };
    carte.on("dragstart", enMain);
    carte.getContainer().addEventListener("wheel", enMain, { passive: true });
    carte.on("dblclick boxzoomend", enMain);
    carte.zoomControl.getContainer().addEventListener("click", enMain);
    carte.getContainer().addEventListener("keydown", enMain);
    new ResizeObserver(() => {
      carte.invalidateSize({ animate: false });
      if (vueAutomatique && couches && etat) cadrer();
    }).observe(carte.getContainer());
  };

  /* Le territoire choisi se voit tout de suite ; le serveur répond ensuite avec son panneau. */
  const choisir = (id) => {
    etat.selection = id;
    couches.territoires.eachLayer((couche) => peindreTerritoire(couche, false));
    couches.reperes.eachLayer(peindreRepere);
  };

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
    peindreDepartements();
    peindreZones();
    lireZones();
    suivreVue();
    placerNoms();
  };

  /* Des listes de Python, dans l'ordre du fichier, à ce que l'on cherche par CPTS. */
  const lireEtat = () => {
    const parCpts = (liste, traduire) =>
      Object.fromEntries([...couches.cpts.keys()].map((id, rang) => [id, traduire(liste[rang])]));
    etat.formes = parCpts(etat.formes, (initiale) => FORMES[initiale]);
    etat.classes = parCpts(etat.classes, (classe) => classe ?? undefined);
    etat.infobulles = parCpts(etat.infobulles, (texte) => texte);
    etat.cercles = parCpts(etat.cercles, (rayon) => rayon);
  };

  const appliquer = (nouveau) => {
    const cadreChange = !etat || etat.cadre !== nouveau.cadre || etat.departements.join() !== nouveau.departements.join();
    // Choisir une zone, c'est demander à la voir, même sur une carte que l'on a déplacée.
    const zoneChange = etat && nouveau.zone && zoneCadree !== nouveau.zone;
    zoneCadree = nouveau.zone;
    etat = nouveau;
    if (!couches) return;
    lireEtat();
    reglerFond();
    repeindre();
    if (zoneChange || (cadreChange && vueAutomatique)) cadrer();
  };

  const installer = (donnees, territoires, reperes, zones) => {
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
      avis,
    };
    couches.limites.eachLayer((couche) => {
      const { communes: effectif, fichier } = couche.feature.properties;
      couches.departements.push({ code: couche.feature.id, effectif, fichier, bornes: couche.getBounds() });
    });
    territoires.addData(donnees.territoires);
    L.geoJson(donnees.territoires, {
      pane: "tirets",
      renderer: L.svg({ pane: "tirets", padding: 0.5 }),
      interactive: false,
      filter: (objet) => objet.properties.indicatif,
      style: { fill: false, color: ENCRE },
      onEachFeature: (objet, couche) => couches.tiretsDe.set(objet.properties.cpts_id, couche),
    }).addTo(carte);
    remplirReperes(reperes, donnees.reperes);
    for (const nom of ["voiles", "limites", "cercles", "noms"]) couches[nom].addTo(carte);
    poserHachures("territoires");
    poserHachures("reperes");
  };

  const lire = async (fichier) => {
    const reponse = await fetch(dossier + "/" + fichier);
    if (!reponse.ok) throw new Error(fichier + " : " + reponse.status);
    return reponse.json();
  };

  const creer = (laCarte, leDossier, fichier, lesCouleurs) => {
    carte = laCarte;
    dossier = leDossier;
    couleurs = lesCouleurs;
    vueAutomatique = true;
    carte.attributionControl.setPrefix(false);
    carte.attributionControl.addAttribution("Contours © IGN");
    carte.zoomControl.getContainer().querySelectorAll("a").forEach((lien, rang) => {
      lien.title = rang ? "Zoom arrière" : "Zoom avant";
      lien.setAttribute("aria-label", lien.title);
    });
    creerBoutonRecadrer().addTo(carte);
    suivreUtilisateur();
    carte.on("moveend", () => { suivreVue(); placerNoms(); });
    for (const [nom, rang] of Object.entries(PLANS)) carte.createPane(nom).style.zIndex = rang;
    carte.getPane("noms").style.pointerEvents = "none";
    // Le composant n'écoute que les groupes présents dès le départ : ils le sont, encore vides.
    const territoires = creerTerritoires().addTo(carte);
    const zones = creerZones().addTo(carte);
    const reperes = L.featureGroup().addTo(carte);
    lire(fichier).then((donnees) => {
      installer(donnees, territoires, reperes, zones);
      if (!etat) return;
      lireEtat();
      reglerFond();
      repeindre();
      cadrer();
      suivreVue();
    }).catch((erreur) => {
      const avis = element("div", "avis", "La carte n'a pas pu être lue. Rechargez la page ; si cela persiste, redémarrez l'application.");
      avis.setAttribute("role", "alert");
      carte.getContainer().append(avis);
      throw erreur;
    });
    return territoires;
  };

  return { creer, appliquer };
})();
