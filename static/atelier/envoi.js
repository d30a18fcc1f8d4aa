/* Ce qui part au serveur et ce qui en revient. Un geste reste ici jusqu'à ce que le serveur l'ait écrit : il est renvoyé
 * après une coupure, sous la même clé, et n'est fait qu'une fois. */

// Entre deux essais quand le serveur ne répond pas, et entre deux questions sur ce que d'autres fenêtres ont fait.
const REESSAI_MS = 1500, VEILLE_MS = 2000;

const cleDeReserve = () => "atelier:" + atelier.adresse;

const garderEnAttente = () => {
  try {
    if (atelier.enAttente.length) localStorage.setItem(cleDeReserve(), JSON.stringify(atelier.enAttente));
    else localStorage.removeItem(cleDeReserve());
  } catch {
    // Sans réserve, ce qui attend reste dans la page.
  }
};

const reprendreEnAttente = () => {
  try {
    return JSON.parse(localStorage.getItem(cleDeReserve()) ?? "[]");
  } catch {
    return [];
  }
};

const demander = async (suite, corps, depuis = "") => {
  const options = corps && {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Session": atelier.session },
    body: JSON.stringify(corps),
  };
  const reponse = await fetch(`${atelier.adresse}${suite}?${atelier.vue}&depuis=${depuis}`, options);
  const lue = await reponse.json().catch(() => ({}));
  if (!reponse.ok) throw Object.assign(new Error(lue.erreur ?? "Le serveur a répondu " + reponse.status + "."), { statut: reponse.status, dite: lue.erreur });
  return lue;
};

/* Ce qui est sous la carte (annexe, comparaison) suit, quand on s'arrête. */
const PAUSE_PAGE_MS = 1500;

const prevenirPage = () => {
  clearTimeout(atelier.prevenir);
  atelier.prevenir = setTimeout(() => dire("version", atelier.scenario.version), PAUSE_PAGE_MS);
};

/* Faire un geste : se voit, attend, part. */
const faire = (geste) => {
  if (!atelier.modifiable) return void direEtat(atelier.raison, true);
  repeindreCommunes(anticiper(atelier.scenario, geste));
  atelier.enAttente.push({ cle: crypto.randomUUID(), geste });
  garderEnAttente();
  direEtat("Enregistrement…");
  envoyer();
};

// Ce que le serveur ne fera pas davantage une autre fois.
const estDefinitif = (statut) => [400, 403, 404, 413].includes(statut);

const envoyer = async () => {
  if (atelier.envoie || !atelier.enAttente.length || !atelier.scenario) return;
  atelier.envoie = true;
  clearTimeout(atelier.prochain);
  const partis = [...atelier.enAttente];
  let suivant = 0;
  try {
    const reponse = await demander("", { version: atelier.scenario.version, gestes: partis });
    oublierPartis(partis);
    recevoir(reponse);
  } catch (erreur) {
    if (estDefinitif(erreur.statut)) {
      oublierPartis(partis);
      await relire();
      direEtat(erreur.message, true);
    } else {
      direEtat("Pas encore enregistré : " + (erreur.dite ?? "le serveur ne répond pas ; vos gestes partiront dès qu'il répondra."), true);
      suivant = REESSAI_MS;
    }
  } finally {
    atelier.envoie = false;
  }
  if (atelier.enAttente.length) atelier.prochain = setTimeout(envoyer, suivant);
};

const oublierPartis = (partis) => {
  const cles = new Set(partis.map(({ cle }) => cle));
  atelier.enAttente = atelier.enAttente.filter(({ cle }) => !cles.has(cle));
  garderEnAttente();
};

/* Ce qui a changé depuis ce que l'on tenait ; ce qui attend encore se voit par-dessus. */
const recevoir = (reponse, dAilleurs = false) => {
  const { scenario } = atelier;
  if (reponse.version < scenario.version) return;
  if (reponse.version > scenario.version) prevenirPage();
  scenario.version = reponse.version;
  const communes = [];
  let noms = false;
  for (const changement of reponse.changements ?? []) {
    const [famille, cle, valeur] = changement;
    // Ce qui se voyait d'avance est déjà peint.
    if (famille === "communes" && String(valeur) !== String(scenario.communes.get(cle) ?? [])) communes.push(cle);
    appliquerChangement(scenario, changement);
    noms ||= famille === "cpts";
  }
  for (const { geste } of atelier.enAttente) communes.push(...anticiper(scenario, geste));
  repeindreCommunes(communes);
  if (reponse.touchees) mettreFigures(reponse);
  if (noms) placerNoms();
  if (reponse.refus?.length) {
    // Ce qui se voyait d'avance n'a pas été fait.
    relire();
    direEtat(reponse.refus.join(" "), true);
  } else if (dAilleurs && reponse.changements?.length) {
    direEtat("Une autre fenêtre a changé ce scénario : ses gestes sont repris ici.");
  } else if (!atelier.enAttente.length) {
    direEtat(reponse.annuler ? "Enregistré : " + reponse.annuler + "." : "Enregistré.");
  }
};

/* Tout relire : à l'ouverture, et quand ce que l'on montrait ne vaut plus. */
const relire = async () => {
  try {
    const reponse = await demander("");
    atelier.scenario = lireScenario(reponse);
    for (const { geste } of atelier.enAttente) anticiper(atelier.scenario, geste);
    Object.assign(atelier, { cartes: new Map(), departements: new Map() });
    mettreFigures(reponse);
    repeindreTout();
    return true;
  } catch (erreur) {
    direEtat(erreur.dite ?? "Le serveur ne répond pas ; la page réessaie.", true);
    return false;
  }
};

const veiller = async () => {
  if (!atelier.scenario) await commencer();
  else if (!document.hidden && !atelier.envoie && !atelier.enAttente.length) {
    try {
      const reponse = await demander("", undefined, atelier.scenario.version);
      if (reponse.version > atelier.scenario.version) recevoir(reponse, true);
      if (atelier.muet) direEtat("Enregistré.");
      atelier.muet = false;
    } catch (erreur) {
      atelier.muet = true;
      direEtat(erreur.dite ?? "Le serveur ne répond pas ; vos gestes seront gardés ici.", true);
    }
  }
  atelier.veille = setTimeout(veiller, VEILLE_MS);
};

const commencer = async () => {
  if (!(await relire())) return;
  direEtat(atelier.modifiable ? "Enregistré." : atelier.raison);
  if (atelier.modifiable && atelier.enAttente.length) envoyer();
};
