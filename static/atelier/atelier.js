/* L'atelier : un scénario que l'on compose sur la carte. Le serveur l'écrit geste par geste. */

const lireInfos = ({ epci, communes }) => {
  const infos = new Map();
  for (const [departement, lignes] of Object.entries(communes)) {
    for (const [code, nom, population, place] of lignes) {
      const [siren, nomEpci] = place < 0 ? [] : epci[place];
      infos.set(code, { code, nom, population, siren, epci: nomEpci, departement });
    }
  }
  return infos;
};

/* Ce que Python redit à chaque passage de la page : rien ne se reconstruit pour autant. */
const ouvrirAtelier = (voulu) => {
  const { adresse, session, modifiable, raison, vue, sol } = voulu;
  if (atelier?.adresse === adresse) {
    const change = atelier.vue !== vue || atelier.modifiable !== modifiable;
    Object.assign(atelier, { session, modifiable, raison, vue });
    if (change && atelier.scenario) relire();
    return;
  }
  clearTimeout(atelier?.veille);
  clearTimeout(atelier?.prochain);
  atelier?.panneau.racine.remove();
  atelier?.barre.remove();
  const premiere = !atelier;
  atelier = {
    adresse, session, modifiable, raison, vue,
    scenario: null, infos: new Map(), cartes: new Map(), touchees: [], departements: new Map(), ecarts: [],
    outil: "main", action: "ajouter", active: null, cochees: new Set(), portee: "personne", mots: "", voisines: new Set(),
    montrees: new Set(), besoin: null, enAttente: [], panneau: {}, lot: LOT, aRelire: true, dit: null, refus: null,
  };
  atelier.enAttente = reprendreEnAttente(atelier);
  creerPanneau();
  atelier.barre = creerBarre();
  carte.getContainer().append(atelier.barre);
  if (premiere) carte.getContainer().append(creerSignes());
  if (premiere) {
    dessiner();
    carte.on("click", ({ latlng, originalEvent }) => {
      if (originalEvent?.target === couches.communes._container && !dessineEnGlissant()) toucherCarte(latlng, originalEvent);
    });
    addEventListener("keydown", suivreRaccourcis);
  }
  choisirOutil("main");
  lire(sol).then((lu) => { atelier.infos = lireInfos(lu); montrerListe(); });
  veiller();
};

const creerPanneau = () => {
  const { panneau } = atelier;
  panneau.racine = element("aside", "atelier");
  panneau.racine.setAttribute("aria-label", "Atelier");
  panneau.etatDit = element("p", "etat");
  panneau.etatDit.setAttribute("role", "status");
  panneau.annuler = creerAction("↶ Annuler", () => revenirSur("annuler", "Annulé"));
  panneau.refaire = creerAction("↷ Refaire", () => revenirSur("refaire", "Refait"));
  panneau.cartes = element("div", "cartes");
  panneau.departements = element("div", "departements");
  const figures = section("CPTS changées, avant et après", true);
  figures.append(panneau.cartes);
  const couverture = section("Couverture", true);
  couverture.append(panneau.departements);
  const tete = element("div", "tete");
  tete.append(rang(panneau.annuler, panneau.refaire), panneau.etatDit, creerCommandes());
  panneau.racine.append(tete, figures, creerListeCommunes(), creerContraintes(), couverture, creerPropositions(), creerRegles(),
    creerEdition(), creerBesoin());
  document.body.append(panneau.racine);
  document.documentElement.classList.add("avec-atelier");
};

const suivreRaccourcis = (geste) => {
  if (!(geste.ctrlKey || geste.metaKey) || geste.target.matches("input[type=text], input[type=search], textarea")) return;
  const touche = geste.key.toLowerCase();
  const quoi = touche === "y" || (touche === "z" && geste.shiftKey) ? "refaire" : touche === "z" ? "annuler" : null;
  if (!quoi) return;
  geste.preventDefault();
  atelier.panneau[quoi].click();
};
