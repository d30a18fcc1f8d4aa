/* Le lecteur d'événement : des diapositives et leurs cartes, dans la page « Présentation » comme dans le fichier que
   l'on emporte. Aucun réseau ; tout ce qui vient des données est posé comme du texte. */
(() => {
  "use strict";

  const donnees = JSON.parse(document.getElementById("donnees").textContent);
  const { diapositives, cartes, codes } = donnees;
  const par = (id) => document.getElementById(id);
  const racine = par("lecteur");

  const BLEU = "#6a6ae0";
  const PALE = "#cfcff2";
  const VOISINE = "#c8c8c8";
  const AUTRE = "#eeeeee";
  const ENCRE = "#161616";
  const GRIS_BLEU = "#4a4a6a";
  const LIMITE = "#3a3a3a";
  const PLANS = { sol: 210, communes: 310, contours: 410, limites: 360, noms: 610 };
  const GLISSE_PX = 50;
  // Les communes paraissent d'ouest en est en autant de millisecondes ; avec leur fondu, moins d'une seconde.
  const DUREE_DESSIN_MS = 550;
  // Sans carte, le texte a toute la largeur : il grandit.
  const SERRAGE_MAX = 1.24;
  const SERRAGE_MIN = 0.4;
  const CORPS_CHIFFRE = 200;
  const CORPS_CHIFFRE_MIN = 120;

  const element = (nom, classe, texte) => {
    const noeud = document.createElement(nom);
    if (classe) noeud.className = classe;
    if (texte !== undefined) noeud.textContent = texte;
    return noeud;
  };
  /* Un nombre ne se sépare pas de ce qu'il compte, ni une ponctuation de son mot. */
  const INSECABLES = /\d (?=[\p{L}%])|(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre) (?=\d)|« | (?=[»:;!?])/gu;
  const composer = (texte) => texte.replace(INSECABLES, (trouve) => trouve.replace(" ", "\u00a0"));
  const remplir = (noeud, texte) => {
    noeud.textContent = composer(texte);
    noeud.hidden = !texte;
  };

  /* --- L'adresse : celle de la page qui porte le lecteur, ou le signet du fichier --------------------- */

  const hote = (() => {
    try {
      return window.parent !== window && window.parent.location.origin === window.origin ? window.parent : null;
    } catch {
      return null;
    }
  })();
  const parametres = () => new URLSearchParams(hote ? hote.location.search : window.location.hash.slice(1));

  const lireAdresse = () => {
    const demandee = Number.parseInt(parametres().get("n"), 10);
    return Number.isNaN(demandee) ? 0 : demandee - 1;
  };
  const ecrireAdresse = (rang) => {
    if (lireAdresse() === rang) return;
    const adresse = new URL(hote ? hote.location.href : window.location.href);
    if (hote) adresse.searchParams.set("n", rang + 1);
    else adresse.hash = "n=" + (rang + 1);
    const { history } = hote || window;
    history.replaceState(history.state, "", adresse);
  };

  /* --- La carte -------------------------------------------------------------------------------------- */

  let carte;
  let montree = null;
  let noms;
  let mesure;
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
    dessin(cartes.departements, "limites", () => ({ fill: false, color: LIMITE, opacity: 1, weight: epais(2.4) }));

  const dessinerRegion = () => {
    const { territoires } = cartes.region;
    return [
      dessin(cartes.departements, "sol", ({ properties: { etude } }) => ({
        stroke: false, fillColor: etude ? AUTRE : "#f6f6f6", fillOpacity: 1,
      })),
      dessin(territoires, "communes", ({ properties: { choisie } }) => ({
        stroke: false, fillColor: choisie ? BLEU : PALE, fillOpacity: 1, className: "commune",
      })),
      departements(),
      dessin(territoires, "contours", ({ properties: { indicatif, choisie } }) => (choisie ? contour(indicatif, ENCRE, 3) : contour(indicatif, GRIS_BLEU, 2))),
      reperes(cartes.region.reperes),
    ];
  };

  const dessinerTerritoire = (territoire) => {
    const siennes = new Set(territoire.communes);
    const voisines = new Set(territoire.voisines);
    return [
      dessin(cartes.communes, "communes", ({ id }) => ({
        color: "#ffffff", opacity: 1, weight: epais(siennes.has(id) ? 2 : 1.4), fillOpacity: 1,
        fillColor: siennes.has(id) ? BLEU : voisines.has(id) ? VOISINE : AUTRE,
        className: siennes.has(id) ? "commune" : "",
      })),
      departements(),
      ...(territoire.contour ? [dessin(territoire.contour, "contours", () => contour(territoire.indicatif, ENCRE, 4.5))] : []),
      reperes(territoire.reperes),
    ];
  };

  const reperes = (points) => L.layerGroup(points.map(({ lon, lat, choisie }) => L.circleMarker([lat, lon], {
    pane: "contours", renderer: L.svg({ pane: "contours" }), interactive: false, radius: taille(choisie ? 13 : 9, 4),
    color: choisie ? "#000091" : GRIS_BLEU, weight: epais(4), fillColor: "#ffffff", fillOpacity: 1, className: "contour",
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
      signe.style.backgroundColor = { choisie: BLEU, autre: PALE, voisine: VOISINE, commune: AUTRE }[genre] || "";
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

  /* Les noms, du plus important au moins important, jamais l'un sur l'autre. */
  const CORPS = { cpts: [34, 13, 700], departement: [24, 11, 600], prefecture: [30, 12.5, 600], ville: [28, 12, 400], siege: [32, 13, 700] };

  const largeur = (texte, corps, graisse) => {
    mesure = mesure || document.createElement("canvas").getContext("2d");
    mesure.font = graisse + " " + corps + "px " + getComputedStyle(document.body).fontFamily;
    return mesure.measureText(texte).width;
  };

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

  /* --- Une diapositive ------------------------------------------------------------------------------- */

  let rang = -1;

  /* « près de 10 % » : la précision au-dessus, le nombre en grand, l'unité en dessous. */
  const ecrireChiffre = (texte) => {
    const noeud = par("chiffre");
    noeud.replaceChildren();
    noeud.hidden = !texte;
    const lu = /^(\D*?)(\d[\d\s,.]*(?:\s?%)?)(.*)$/su.exec(texte);
    const morceaux = lu ? [["precision", lu[1]], ["nombre", lu[2]], ["precision", lu[3]]] : [["nombre", texte]];
    // Une espace entre les morceaux : qui écoute ou copie le chiffre le lit en entier.
    for (const [classe, morceau] of morceaux) if (morceau.trim()) noeud.append(element("span", classe, morceau.trim()), " ");
  };

  const ecrireGraphique = (graphique) => {
    const noeud = par("graphique");
    noeud.hidden = !graphique;
    noeud.replaceChildren();
    if (!graphique) return;
    const nombre = new Intl.NumberFormat("fr-FR");
    const maximum = Math.max(...graphique.series.map(([, valeur]) => valeur));
    const legende = graphique.titre.includes(graphique.unite) ? graphique.titre : graphique.titre + " (" + graphique.unite + ")";
    const liste = element("ul");
    for (const [etiquette, valeur] of graphique.series) {
      const ligne = element("li");
      const barre = element("span", "barre", nombre.format(valeur));
      barre.style.setProperty("--part", maximum > 0 ? valeur / maximum : 0);
      ligne.append(element("span", "etiquette", etiquette), " ", barre);
      liste.append(ligne);
    }
    noeud.append(element("figcaption", "", legende), liste);
  };

  const ecrireCodes = (presents) => {
    const noeud = par("codes");
    noeud.hidden = !presents.length;
    noeud.style.setProperty("--cote-code", presents.length > 4 ? 190 : 290);
    noeud.replaceChildren(...presents.map(({ nom, adresse, image }) => {
      const figure = element("figure");
      const vue = element("img");
      vue.src = image;
      vue.alt = "Code à lire avec un téléphone, qui mène à la fiche : ";
      // Qui lit le fichier sur son téléphone ne peut pas le photographier : il suit le lien.
      const lien = element("a");
      Object.assign(lien, { href: adresse, target: "_blank", rel: "noopener" });
      lien.append(vue, element("figcaption", "", nom));
      figure.append(lien);
      return figure;
    }));
  };

  /* Un texte trop long se resserre ; un court garde la taille des autres. */
  const ajuster = () => {
    const texte = par("texte");
    const corps = par("corps");
    const { style } = document.documentElement;
    const aise = par("scene").hidden ? SERRAGE_MAX : 1;
    for (let serrage = aise; serrage >= SERRAGE_MIN; serrage -= 0.02) {
      style.setProperty("--k", serrage.toFixed(2));
      const grand = Math.max(CORPS_CHIFFRE_MIN, CORPS_CHIFFRE * serrage);
      style.setProperty("--corps-chiffre", grand.toFixed(0));
      const nombre = corps.querySelector(".nombre");
      if (nombre) {
        nombre.style.display = "inline-block";
        const place = corps.clientWidth / nombre.getBoundingClientRect().width;
        nombre.style.display = "";
        if (place < 1) style.setProperty("--corps-chiffre", Math.floor(grand * place));
      }
      if (texte.scrollHeight <= texte.clientHeight + 1 && corps.scrollHeight <= corps.clientHeight + 1
        && texte.scrollWidth <= texte.clientWidth + 1) break;
    }
  };

  const montrer = (demandee) => {
    const nouveau = Math.min(Math.max(demandee, 0), diapositives.length - 1);
    if (nouveau === rang) return;
    rang = nouveau;
    const diapositive = diapositives[rang];
    const { cpts_id: id, titre, chiffre, phrase, lignes, parlee, sources, indicatif, graphique } = diapositive;
    const cle = diapositive.carte === "territoire" ? id : diapositive.carte;
    const presents = rang === diapositives.length - 1 ? codes : [];
    const scene = cle || graphique || presents.length;
    const article = par("diapositive");
    article.className = [diapositive.genre, lignes.length > 2 ? "liste" : "", scene ? "" : "sans-scene"].join(" ");
    article.setAttribute("aria-label", rang + 1 + " sur " + diapositives.length + " : " + titre);
    par("scene").hidden = !scene;
    remplir(par("titre"), titre);
    remplir(par("indicatif"), !indicatif ? "" : cle === "region" ? "périmètres indicatifs" : "périmètre indicatif");
    ecrireChiffre(chiffre);
    remplir(par("phrase"), phrase);
    par("lignes").hidden = !lignes.length;
    par("lignes").replaceChildren(...lignes.map((ligne) => element("li", "", composer(ligne))));
    par("source").textContent = composer(sources.length ? (sources.length > 1 ? "Sources : " : "Source : ") + sources.join(" ; ") : "");
    par("position").textContent = rang + 1 + " / " + diapositives.length;
    par("precedente").disabled = rang === 0;
    par("suivante").disabled = rang === diapositives.length - 1;
    par("parole").textContent = parlee;
    par("annonce").textContent = titre + ". " + parlee;
    montrerCarte(cle);
    ecrireGraphique(cle ? null : graphique);
    ecrireCodes(presents);
    ajuster();
    ecrireAdresse(rang);
    racine.dataset.rang = rang + 1;
  };

  /* --- Commandes ------------------------------------------------------------------------------------- */

  const basculerNotes = () => {
    const notes = par("notes");
    notes.hidden = !notes.hidden;
    par("bouton-notes").setAttribute("aria-pressed", String(!notes.hidden));
    ajuster();
  };
  const basculerPleinEcran = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch(() => {});
  };

  const avancer = () => montrer(rang + 1);
  const reculer = () => montrer(rang - 1);
  const TOUCHES = {
    ArrowRight: avancer, ArrowDown: avancer, PageDown: avancer, " ": avancer,
    ArrowLeft: reculer, ArrowUp: reculer, PageUp: reculer,
    Home: () => montrer(0), End: () => montrer(diapositives.length - 1),
    n: basculerNotes, f: basculerPleinEcran,
  };

  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.altKey || e.metaKey) return;
    const touche = e.key.length === 1 ? e.key.toLowerCase() : e.key;
    if (!Object.hasOwn(TOUCHES, touche)) return;
    // Sur un bouton, l'espace presse le bouton.
    if (touche === " " && e.target.closest("button, a")) return;
    e.preventDefault();
    if (touche === " " && e.shiftKey) reculer();
    else TOUCHES[touche]();
  });

  const BOUTONS = { precedente: reculer, suivante: avancer, "bouton-notes": basculerNotes, "bouton-ecran": basculerPleinEcran };
  for (const [id, agir] of Object.entries(BOUTONS)) {
    par(id).addEventListener("click", (e) => {
      agir();
      // Après un clic de souris, les touches de la télécommande retrouvent le lecteur.
      if (e.detail || par(id).disabled) racine.focus({ preventScroll: true });
    });
  }
  par("bouton-ecran").hidden = !document.fullscreenEnabled;
  document.addEventListener("fullscreenchange", () => {
    const libelle = document.fullscreenElement ? "Quitter le plein écran" : "Plein écran";
    par("bouton-ecran").setAttribute("aria-label", libelle);
    par("bouton-ecran").title = libelle + " (F)";
  });

  let depart = null;
  racine.addEventListener("touchstart", (e) => {
    depart = e.touches.length === 1 ? e.touches[0] : null;
  }, { passive: true });
  racine.addEventListener("touchend", (e) => {
    if (!depart) return;
    const fin = e.changedTouches[0];
    const [dx, dy] = [fin.clientX - depart.clientX, fin.clientY - depart.clientY];
    depart = null;
    if (Math.abs(dx) < GLISSE_PX || Math.abs(dx) < 1.5 * Math.abs(dy)) return;
    if (dx < 0) avancer();
    else reculer();
  });

  window.addEventListener("hashchange", () => montrer(lireAdresse()));
  window.addEventListener("resize", ajuster);
  document.fonts.ready.then(() => {
    ajuster();
    if (montree) placerNoms();
  });

  if (hote) racine.classList.add("dans-la-page");
  montrer(lireAdresse());
  window.focus();
  racine.focus({ preventScroll: true });
})();
