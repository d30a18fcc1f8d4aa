/* Ce qui part au serveur et ce qui en revient. Un geste reste ici jusqu'à ce que le serveur l'ait écrit : il est renvoyé
 * après une coupure, sous la même clé, et n'est fait qu'une fois. */

// Entre deux essais quand le serveur ne répond pas, et entre deux questions sur ce que d'autres fenêtres ont fait.
const REESSAI_MS = 1500, VEILLE_MS = 2000;
// Autant de gestes à la fois ; un par un après un refus, pour qu'un mauvais n'emporte pas les autres.
const LOT = 200;

/* Une réserve par geste : deux fenêtres d'un scénario ne s'effacent rien. */
const nomDeReserve = (lequel, cle = "") => "atelier:" + lequel.adresse + ":" + cle;

const reserver = (lequel, attente) => {
  try {
    localStorage.setItem(nomDeReserve(lequel, attente.cle), JSON.stringify(attente));
  } catch {
    // Sans réserve, ce qui attend reste dans la page.
  }
};

const reprendreEnAttente = (lequel) => {
  const reprises = [];
  for (const nom of Object.keys(localStorage).filter((un) => un.startsWith(nomDeReserve(lequel)))) {
    try {
      const attente = JSON.parse(localStorage.getItem(nom));
      if (attente.cle && attente.geste) reprises.push(attente);
    } catch {
      localStorage.removeItem(nom);
    }
  }
  return reprises.sort((a, b) => a.instant - b.instant);
};

const oublierPartis = (lequel, partis) => {
  const cles = new Set(partis.map(({ cle }) => cle));
  lequel.enAttente = lequel.enAttente.filter(({ cle }) => !cles.has(cle));
  for (const cle of cles) localStorage.removeItem(nomDeReserve(lequel, cle));
};

/* crypto.randomUUID n'existe qu'en https ; ceci, partout. */
const nouvelleCle = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (octet) => octet.toString(16).padStart(2, "0")).join("");

const demander = async (suite, corps, depuis = "", lequel = atelier) => {
  const options = corps && {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Session": lequel.session },
    body: JSON.stringify(corps),
  };
  const reponse = await fetch(`${lequel.adresse}${suite}?${lequel.vue}&depuis=${depuis}`, options);
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

/* Faire un geste : se voit, attend, part. `dit` : ce que l'on en lira, une fois écrit. */
const faire = (geste, dit = null) => {
  if (!atelier.modifiable) return void direEtat(atelier.raison, true);
  const attente = { cle: nouvelleCle(), geste, instant: Date.now() };
  atelier.enAttente.push(attente);
  reserver(atelier, attente);
  Object.assign(atelier, { dit, montrees: new Set() });
  repeindreCommunes(anticiper(atelier.scenario, geste));
  direEtat("Enregistrement…");
  envoyer();
};

const revenirSur = (genre, mot) => {
  const bouton = atelier.panneau[genre];
  if (bouton.getAttribute("aria-disabled") === "true") return void direEtat(atelier.modifiable ? bouton.title : atelier.raison);
  faire({ genre }, bouton.title.replace(/^\S+/, mot));
};

// Ce que le serveur ne fera pas davantage une autre fois.
const estDefinitif = (statut) => [400, 404, 413].includes(statut);

const envoyer = async () => {
  const lequel = atelier;
  if (lequel.envoie || !lequel.enAttente.length || !lequel.scenario) return;
  lequel.envoie = true;
  clearTimeout(lequel.prochain);
  const partis = lequel.enAttente.slice(0, lequel.lot);
  let suivant = 0;
  try {
    const { version, derniere } = lequel.scenario;
    const corps = { version, derniere, gestes: partis.map(({ cle, geste }) => ({ cle, geste })) };
    const reponse = await demander("", corps, "", lequel);
    oublierPartis(lequel, partis);
    lequel.lot = LOT;
    if (lequel === atelier) recevoir(reponse);
  } catch (erreur) {
    if (estDefinitif(erreur.statut) && partis.length > 1) {
      lequel.lot = 1;
    } else if (estDefinitif(erreur.statut)) {
      oublierPartis(lequel, partis);
      if (lequel === atelier) refuser(erreur.message);
    } else {
      suivant = REESSAI_MS;
      if (lequel === atelier) direEtat("Pas encore enregistré : " + (erreur.dite ?? "le serveur ne répond pas ; vos gestes partiront dès qu'il répondra."), true);
    }
  } finally {
    lequel.envoie = false;
  }
  if (lequel === atelier && lequel.enAttente.length) lequel.prochain = setTimeout(envoyer, suivant);
};

/* Ce qui se voyait d'avance n'a pas été fait : tout est relu, et l'on sait pourquoi. */
const refuser = async (pourquoi) => {
  atelier.refus = pourquoi;
  await relire();
};

/* Ce qui a changé depuis ce que l'on tenait ; ce qui attend encore se voit par-dessus. */
const recevoir = (reponse, dAilleurs = false) => {
  const { scenario } = atelier;
  // Une sauvegarde remise sur le serveur : ce que l'on tenait n'est plus ce qu'il a.
  if (reponse.autre) return void refuser(reponse.refus.join(" ") || "Une sauvegarde de ce scénario a été remise sur le serveur : il est relu ici.");
  if (reponse.version < scenario.version) return;
  if (reponse.version > scenario.version) prevenirPage();
  Object.assign(scenario, { version: reponse.version, derniere: reponse.derniere });
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
  if (reponse.refus?.length) refuser(reponse.refus.join(" "));
  else if (dAilleurs && reponse.changements?.length) direEtat("Une autre fenêtre a changé ce scénario : ses gestes sont repris ici.");
  else if (!atelier.enAttente.length) direEtat(atelier.dit ?? (reponse.annuler ? "Enregistré : " + reponse.annuler : "Enregistré"));
};

/* Tout relire : à l'ouverture, et quand ce que l'on montrait ne vaut plus. Ce qui échoue est repris par la veille. */
const relire = async () => {
  const lequel = atelier;
  lequel.aRelire = true;
  try {
    const reponse = await demander("", undefined, "", lequel);
    if (lequel !== atelier) return;
    lequel.aRelire = false;
    lequel.scenario = lireScenario(reponse);
    for (const { geste } of lequel.enAttente) anticiper(lequel.scenario, geste);
    Object.assign(lequel, { cartes: new Map(), departements: new Map() });
    mettreFigures(reponse);
    repeindreTout();
    direEtat(lequel.refus ?? (lequel.modifiable ? "Enregistré" : lequel.raison), Boolean(lequel.refus));
    lequel.refus = null;
    envoyer();
  } catch (erreur) {
    if (lequel === atelier) direEtat(erreur.dite ?? "Le serveur ne répond pas ; la page réessaie.", true);
  }
};

/* Ce que d'autres fenêtres ont fait. */
const suivreAutres = async () => {
  const lequel = atelier;
  try {
    const { version, derniere } = lequel.scenario;
    const reponse = await demander("", undefined, `${version}&derniere=${encodeURIComponent(derniere)}`, lequel);
    if (lequel !== atelier || lequel.envoie) return;
    if (reponse.autre || reponse.version > version) recevoir(reponse, true);
    if (lequel.muet) direEtat("Enregistré");
    lequel.muet = false;
  } catch (erreur) {
    lequel.muet = true;
    if (lequel === atelier) direEtat(erreur.dite ?? "Le serveur ne répond pas ; vos gestes seront gardés ici.", true);
  }
};

const veiller = async () => {
  const lequel = atelier;
  if (lequel.aRelire) await relire();
  else if (!document.hidden && !lequel.envoie && !lequel.enAttente.length) await suivreAutres();
  if (lequel === atelier) lequel.veille = setTimeout(veiller, VEILLE_MS);
};
