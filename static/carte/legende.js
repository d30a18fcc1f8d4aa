/* La légende, sur la carte : un signe, ses mots, combien de fois. */

/* Les signes qui ne sont pas une couleur ; leur dessin est dans static/carte.css. */
const SIGNES = new Set(["hachures", "croisees", "tirets", "repere", "plusieurs"]);

const dessinerSigne = (signe) => {
  const noeud = element("span", SIGNES.has(signe) ? "signe " + signe : "signe");
  noeud.setAttribute("aria-hidden", "true");
  if (signe === "plusieurs") {
    const [a, b, c] = etat.palette;
    noeud.style.background = `linear-gradient(90deg, ${a} 33%, ${b} 33% 66%, ${c} 66%)`;
  } else if (!SIGNES.has(signe)) {
    // Telle qu'on la voit sur la carte, au travers de laquelle passent les communes.
    const part = etat.palette.includes(teinter(signe)) ? 100 * opacite() : 100;
    noeud.style.background = `color-mix(in srgb, ${teinter(signe)} ${part}%, ${couleurs.blanc})`;
  }
  return noeud;
};

/* Ce que montre une ligne, pour estomper le reste ; une ligne des communes ne dit rien des CPTS. */
const estDe = (signe) => {
  if (signe === "tirets") return ({ indicatif, id }) => indicatif && etat.formes[id] === "complet";
  if (signe === "repere") return ({ id }) => etat.formes[id] === "repere";
  if (etat.parNiveau) return null;
  if (signe === "hachures") return ({ id }) => etat.classes[id] === undefined;
  if (signe === "croisees") return ({ id }) => etat.classes[id] === SECRETE;
  if (signe === "plusieurs") return ({ id }) => etat.formes[id] !== "repere";
  const couleur = teinter(signe);
  return etat.palette.includes(couleur) && (({ id }) => etat.palette[etat.classes[id]] === couleur);
};

const estomper = (garde) => {
  couches.territoires.eachLayer((couche) => {
    const { cpts_id: id, indicatif } = couche.feature.properties;
    const efface = Boolean(garde) && !garde({ id, indicatif });
    for (const trace of [couche, couches.tiretsDe.get(id)]) trace?.getElement()?.classList.toggle("estompe", efface);
  });
  couches.reperes.eachLayer((couche) => {
    couche.getElement()?.classList.toggle("estompe", Boolean(garde) && !garde({ id: couche.feature.id }));
  });
};

const ecouterSurvol = (noeud, garde) => {
  noeud.addEventListener("mouseenter", () => estomper(garde));
  noeud.addEventListener("mouseleave", () => estomper(null));
};

const ligneDeLegende = ([signe, texte, compte]) => {
  const ligne = element("li");
  ligne.append(dessinerSigne(signe), element("span", "", `${texte} (${compte})`));
  const garde = estDe(signe);
  if (garde) ecouterSurvol(ligne, garde);
  return ligne;
};

const ligneDeCercle = ([texte, rayon]) => {
  const ligne = element("li");
  const cercle = element("span", "cercle");
  cercle.setAttribute("aria-hidden", "true");
  Object.assign(cercle.style, {
    width: 2 * rayon + "px", height: 2 * rayon + "px", background: couleurs.cercle, borderColor: couleurs.cercle_bord,
  });
  ligne.append(cercle, element("span", "", texte));
  return ligne;
};

/* Les valeurs que la carte montre : une barre par tranche, dans les couleurs de leurs classes, dont les bornes sont marquées. */
const HISTOGRAMME = { largeur: 240, hauteur: 40 };

const tracerHistogramme = ({ barres, maximum, bornes, texte, bouts }) => {
  const { largeur, hauteur } = HISTOGRAMME;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const ajouter = (balise, attributs) => {
    const noeud = document.createElementNS(svg.namespaceURI, balise);
    for (const [nom, valeur] of Object.entries(attributs)) noeud.setAttribute(nom, valeur);
    svg.append(noeud);
  };
  for (const [nom, valeur] of [["viewBox", `0 0 ${largeur} ${hauteur + 1}`], ["role", "img"], ["aria-label", texte]]) svg.setAttribute(nom, valeur);
  const pas = largeur / barres.length;
  barres.forEach((barre, rang) => {
    let y = hauteur;
    for (const [classe, compte] of barre) {
      const h = (compte / maximum) * hauteur;
      y -= h;
      ajouter("rect", { x: rang * pas, y, width: pas - 1, height: h, fill: etat.palette[classe], stroke: couleurs.trait_ecran, "stroke-width": 0.5 });
    }
  });
  for (const borne of bornes) ajouter("line", { x1: borne * largeur, x2: borne * largeur, y1: 0, y2: hauteur, stroke: couleurs.encre_note, "stroke-dasharray": "2 2", "stroke-width": 1 });
  ajouter("line", { x1: 0, x2: largeur, y1: hauteur + 0.5, y2: hauteur + 0.5, stroke: couleurs.encre_note });
  const dessous = element("div", "bouts");
  dessous.append(...bouts.map((bout) => element("span", "", bout)));
  return [svg, dessous];
};

/* Deux indicateurs : un carré de trois sur trois, du bas à gauche au haut à droite, et combien de territoires dans chaque case. */
const tracerCase = (croisement, classe) => {
  const couleur = etat.palette[classe];
  const boite = element("span", estSombre(couleur) ? "case claire" : "case foncee", croisement.cases[classe].toLocaleString("fr"));
  boite.style.background = couleur;
  if (!etat.parNiveau) ecouterSurvol(boite, ({ id }) => etat.classes[id] === classe);
  return boite;
};

const tracerCarre = (croisement) => {
  const carre = element("div", "carre");
  carre.setAttribute("role", "img");
  carre.setAttribute("aria-label", direCarre(croisement));
  for (const classe of [6, 7, 8, 3, 4, 5, 0, 1, 2]) carre.append(tracerCase(croisement, classe));
  const [[a, b], [c, d]] = croisement.bornes;
  return [
    element("p", "axe", `↑ ${croisement.noms[1]} : bas jusqu'à ${c}, haut au-dessus de ${d}`),
    carre,
    element("p", "axe", `→ ${croisement.noms[0]} : bas jusqu'à ${a}, haut au-dessus de ${b}`),
    ...(croisement.pire ? [element("p", "axe", croisement.pire)] : []),
  ];
};

/* Repliable ; d'abord repliée là où elle cacherait la carte. */
const creerLegende = () => {
  const legende = element("details", "legende");
  const { x, y } = carte.getSize();
  legende.open = x > LARGEUR_ETROITE && y > HAUTEUR_BASSE;
  legende.append(element("summary"), element("p", "repli"), element("p", "lecture"), element("p", "methode"), element("div", "histogramme"), element("div", "croisement"), element("ul"));
  legende.addEventListener("toggle", () => placerNoms());
  L.DomEvent.disableClickPropagation(legende);
  L.DomEvent.disableScrollPropagation(legende);
  const controle = L.control({ position: "bottomleft" });
  // Changer de coin l'ôte et la repose : elle reste telle qu'elle est écrite.
  controle.onAdd = () => legende;
  return controle;
};

const peindreLegende = () => {
  const [titre, repli, lecture, methode, histogramme, croisement, liste] = couches.legende.getContainer().children;
  const { peinture } = couches;
  const lignes = [...peinture.legende, ...(parCommunes() ? [] : etat.etats)];
  const ecrite = JSON.stringify([peinture.titre, peinture.methode, peinture.tailles, lignes, etat.repli, etat.lecture, peinture.histogramme, peinture.croisement?.cases]);
  if (couches.legendeEcrite === ecrite) return;
  couches.legendeEcrite = ecrite;
  titre.textContent = peinture.titre;
  repli.textContent = etat.repli;
  repli.hidden = !etat.repli;
  lecture.textContent = etat.lecture;
  lecture.hidden = !etat.lecture;
  methode.textContent = peinture.methode;
  methode.hidden = !peinture.methode;
  histogramme.replaceChildren(...(peinture.histogramme ? tracerHistogramme(peinture.histogramme) : []));
  croisement.replaceChildren(...(peinture.croisement ? tracerCarre(peinture.croisement) : []));
  liste.replaceChildren(...peinture.tailles.map(ligneDeCercle), ...lignes.map(ligneDeLegende));
};

const MARGE = 8;

/* Combien de points d'un coin, que la légende y cacherait, sont dans un département choisi. */
const cacherait = (aGauche) => {
  const { offsetWidth: l, offsetHeight: h } = couches.legende.getContainer();
  const { x: largeur, y: hauteur } = carte.getSize();
  const choisis = couches.voiles.getLayers().filter(({ feature }) => etat.departements.includes(feature.id));
  let compte = 0;
  for (const i of [0.1, 0.4, 0.7, 1]) {
    for (const j of [0.1, 0.4, 0.7, 1]) {
      const { x, y } = carte.containerPointToLayerPoint([aGauche ? i * l : largeur - i * l, hauteur - j * h]);
      if (choisis.some((couche) => couche.getElement().isPointInFill(new DOMPoint(x, y)))) compte += 1;
    }
  }
  return compte;
};

/* Cadrer, la légende au coin du bas où elle cache le moins ; la vue lui cède la place si elle n'y perd qu'un cran. */
const cadrerSans = (bornes) => {
  const marges = { paddingTopLeft: [MARGE, MARGE], paddingBottomRight: [MARGE, MARGE], maxZoom: ZOOM_CADRE_MAX, animate: false };
  carte.fitBounds(bornes, marges);
  if (!couches.legende.getContainer().open) return;
  const [gauche, droite] = [cacherait(true), cacherait(false)];
  couches.legende.setPosition(droite < gauche ? "bottomright" : "bottomleft");
  const place = couches.legende.getContainer().offsetWidth + 2 * MARGE;
  if (!Math.min(gauche, droite) || carte.getSize().x < 2 * place) return;
  const zoom = carte.getBoundsZoom(bornes, false, L.point(place + MARGE, 2 * MARGE));
  if (zoom < carte.getZoom() - carte.options.zoomSnap) return;
  marges[droite < gauche ? "paddingBottomRight" : "paddingTopLeft"] = [place, MARGE];
  carte.fitBounds(bornes, marges);
};
