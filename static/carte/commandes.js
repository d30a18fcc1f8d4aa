/* Ce qui règle la carte, posé sur elle. Le navigateur obéit d'abord ; le serveur l'apprend ensuite, pour l'adresse. */

/* Ce que l'on a choisi depuis que la page était au repos : tant qu'elle travaille, Streamlit ne garde que le dernier message. */
let choix = {}, dernierEnvoi = 0;

const auRepos = () =>
  parent.document.querySelector("[data-test-script-state=notRunning]") && Date.now() - dernierEnvoi > TRANSIT_MS;

/* Par le protocole des composants de Streamlit : celui-ci attendrait un quart de seconde avant de transmettre un clic.
 * L'instant distingue deux choix de suite de la même chose ; le tour dit de quelle adresse on partait. */
const dire = (nom, valeur) => {
  if (auRepos()) choix = {};
  dernierEnvoi = Date.now();
  delete choix[nom];
  choix[nom] = valeur;
  const value = { last_active_drawing: { choix, tour: attendu.tour, instant: dernierEnvoi } };
  parent.postMessage({ isStreamlitMessage: true, type: "streamlit:setComponentValue", dataType: "json", value }, location.origin);
};

/* Au clavier, chaque flèche choisit : le serveur, et « Précédent », n'apprennent que la couleur où l'on s'arrête. */
const PAUSE_CLAVIER_MS = 500;
const envois = {};
let auClavier = false;

const choisirCouleur = (ind, attendre = auClavier, nom = "ind") => {
  etat[nom] = attendu[nom] = ind;
  lirePeinture();
  repeindre();
  clearTimeout(envois[nom]);
  if (attendre) envois[nom] = setTimeout(() => dire(nom, ind), PAUSE_CLAVIER_MS);
  else dire(nom, ind);
};

const choisirSecond = (ind) => choisirCouleur(ind || null, auClavier, "ind2");

const creerListe = (mot, choisir) => {
  const cadre = element("label");
  cadre.append(element("span", "mot", mot), element("select"));
  cadre.lastChild.addEventListener("change", ({ target }) => choisir(target.value));
  for (const geste of ["keydown", "pointerdown"]) {
    cadre.lastChild.addEventListener(geste, () => { auClavier = geste === "keydown"; });
  }
  return cadre;
};

/* Tant que l'on fait glisser les années, le serveur attend. */
const choisirAnnee = (rang) => choisirCouleur(trouverSerie(couches.jeu.series, etat.ind).annees[rang][0], true);

/* Les couleurs d'un autre niveau sont un autre fichier, que le serveur nomme. */
const choisirNiveau = (niveau) => dire("niveau", niveau);

const choisirFond = (demande) => {
  etat.fond = attendu.fond = demande;
  reglerFond();
  repeindre();
  dire("fond", demande ? 1 : 0);
};

const creerPupitre = () => {
  const controle = L.control({ position: "topright" });
  controle.onAdd = () => {
    const pupitre = element("div", "pupitre");
    const couleur = creerListe("Colorer par", (ind) => choisirCouleur(ind));
    const second = creerListe("et par", choisirSecond);
    const annee = element("label", "annee");
    const glissiere = element("input");
    Object.assign(glissiere, { type: "range", min: 0, step: 1 });
    glissiere.addEventListener("input", () => choisirAnnee(glissiere.valueAsNumber));
    annee.append(element("span", "mot", "Année"), glissiere, element("output"));
    const niveau = element("label");
    niveau.append(element("span", "mot", "Niveau"), element("select"));
    niveau.lastChild.addEventListener("change", ({ target }) => choisirNiveau(target.value));
    const plan = element("label");
    const coche = element("input");
    coche.type = "checkbox";
    coche.addEventListener("change", () => choisirFond(coche.checked));
    plan.title = "Demande une connexion : les images viennent alors des serveurs de l'IGN.";
    const mots = element("span");
    mots.append(element("span", "mot", "Fond de "), "plan IGN");
    plan.append(coche, mots);
    pupitre.append(couleur, second, annee, niveau, plan);
    L.DomEvent.disableClickPropagation(pupitre);
    return pupitre;
  };
  return controle;
};

const reglerAnnee = (annee, { annees, rang }) => {
  annee.hidden = !annees.length;
  if (annee.hidden) return;
  const [, glissiere, dite] = annee.children;
  glissiere.max = annees.length - 1;
  glissiere.value = rang;
  [, dite.textContent] = annees[rang];
  glissiere.setAttribute("aria-valuetext", dite.textContent);
};

/* Le second choix : les autres taux de ce que la carte montre. */
const reglerSecond = (second, dernier) => {
  const { jeu, niveau } = couches;
  const peintures = etat.parNiveau ? niveau.indicateurs : jeu.colorations;
  second.hidden = !peintures[etat.ind]?.tiers;
  const choix = second.hidden ? [] : jeu.choix.filter(([ind]) => ind !== dernier && peintures[ind]?.tiers);
  const offerts = [["", "un seul indicateur"], ...choix];
  const liste = second.lastChild;
  if (liste.dataset.offerts !== String(offerts)) {
    liste.dataset.offerts = String(offerts);
    liste.replaceChildren(...offerts.map(([ind, nom]) => new Option(nom, ind)));
  }
  liste.value = couches.peinture.croisement ? etat.ind2 : "";
  if (liste.selectedIndex < 0) liste.value = trouverSerie(jeu.series, etat.ind2).dernier;
};

const reglerPupitre = () => {
  const [couleur, second, annee, niveau, plan] = couches.pupitre.getContainer().children;
  const choix = couleur.lastChild;
  const { jeu } = couches;
  couleur.hidden = niveau.hidden = !etat.jeu;
  annee.hidden = second.hidden = true;
  plan.hidden = etat.fond === null;
  plan.firstChild.checked = Boolean(etat.fond);
  if (!etat.jeu) return;
  if (couches.choixDe !== jeu) {
    choix.replaceChildren(...jeu.choix.map(([ind, nom]) => new Option(nom, ind)));
    niveau.lastChild.replaceChildren(...jeu.niveaux.map(([nom, libelle]) => new Option(libelle, nom)));
    couches.choixDe = jeu;
  }
  const serie = trouverSerie(jeu.series, etat.ind);
  choix.value = serie.dernier;
  reglerAnnee(annee, serie);
  reglerSecond(second, serie.dernier);
  // Un indicateur qui n'a pas tous les niveaux n'en a qu'un.
  niveau.lastChild.disabled = Boolean(jeu.replis[etat.ind]);
  niveau.title = etat.repli;
  niveau.lastChild.value = etat.parNiveau || jeu.niveaux[0][0];
};

/* Le cadre est de la même origine que la page : le clavier y reprend après la carte. Il en trouve d'abord les commandes,
 * puis de quoi passer les tracés. */
const passerLaCarte = () => {
  const suivants = parent.document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']");
  const apres = (noeud) => frameElement.compareDocumentPosition(noeud) & Node.DOCUMENT_POSITION_FOLLOWING;
  [...suivants].find((noeud) => apres(noeud) && noeud.checkVisibility())?.focus();
};

const creerPasser = () => {
  const lien = element("a", "passer leaflet-control", "Passer la carte");
  lien.href = "#";
  lien.addEventListener("click", (geste) => { geste.preventDefault(); passerLaCarte(); });
  carte.getContainer().prepend(carte.getContainer().querySelector(".leaflet-control-container"), lien);
};

const creerPleinEcran = () => {
  const controle = L.control({ position: "topleft" });
  controle.onAdd = () => creerBouton("⤢", "Plein écran", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  });
  return controle;
};
