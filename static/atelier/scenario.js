/* Un scénario, tel que le navigateur le tient : ni page, ni Leaflet. Le serveur fait foi ; ici, ce que l'on vient de
 * faire se voit sans l'attendre. */

const codesDe = (texte) => (texte ? texte.split(" ") : []);

const lireScenario = ({ cpts, membres, parts, verrousCommunes, verrousCpts, motifs, contraintes, version, derniere, nom, etapes, couvert, aci }) => {
  const scenario = {
    version, derniere, nom, etapes, couvert, aci, motifs, contraintes,
    cpts: new Map(Object.entries(cpts)),
    communes: new Map(),
    // D'une commune partagée, la part de chacune de ses CPTS, telle qu'on la lit.
    parts: new Map(),
    membres: new Map(Object.keys(cpts).map((id) => [id, new Set()])),
    verrousCommunes: new Set(verrousCommunes),
    verrousCpts: new Set(verrousCpts),
  };
  for (const [id, codes] of Object.entries(membres)) {
    for (const code of codesDe(codes)) mettreCommune(scenario, code, [...(scenario.communes.get(code) ?? []), id]);
  }
  scenario.parts = new Map(Object.entries(parts ?? {}));
  return scenario;
};

const mettreCommune = (scenario, code, ids, parts = null) => {
  if (parts) scenario.parts.set(code, parts);
  else scenario.parts.delete(code);
  for (const id of scenario.communes.get(code) ?? []) scenario.membres.get(id)?.delete(code);
  if (ids.length) scenario.communes.set(code, ids);
  else scenario.communes.delete(code);
  for (const id of ids) {
    if (!scenario.membres.has(id)) scenario.membres.set(id, new Set());
    scenario.membres.get(id).add(code);
  }
};

/* Les CPTS d'une commune, en mots ; d'une commune partagée, avec la part de chacune. */
const direCpts = (scenario, code) => {
  const parts = scenario.parts.get(code);
  const noms = (scenario.communes.get(code) ?? []).map((id) => (scenario.cpts.get(id)?.nom ?? id) + (parts?.[id] ? " " + parts[id] : ""));
  if (!parts) return noms.join(" et ");
  return noms.length > 1
    ? "partagée : " + noms.join(", ") + " (parts estimées)"
    : "prise en partie : " + noms[0] + " (part estimée)";
};

/* Ce que le serveur dit d'une chose : sa famille, sa clé, ce qu'elle est maintenant, ou rien. */
const appliquerChangement = (scenario, [famille, cle, valeur, parts]) => {
  if (famille === "communes") mettreCommune(scenario, cle, valeur, parts);
  else if (famille.startsWith("verrous")) scenario[famille][valeur ? "add" : "delete"](cle);
  else if (famille === "cpts" && valeur) scenario.cpts.set(cle, valeur);
  else if (famille === "cpts") scenario.cpts.delete(cle);
  else if (valeur === null) delete scenario[famille][cle];
  else scenario[famille][cle] = valeur;
};

const estVerrouillee = (scenario, code) =>
  scenario.verrousCommunes.has(code) || (scenario.communes.get(code) ?? []).some((id) => scenario.verrousCpts.has(id));

/* Ce qu'une commune a à gagner : elle n'est pas déjà là, seule et entière, et rien ne la verrouille. */
const peutAller = (scenario, code, vers) => {
  const ids = scenario.communes.get(code) ?? [];
  return !estVerrouillee(scenario, code) && (vers ? ids.length !== 1 || ids[0] !== vers || scenario.parts.has(code) : ids.length > 0);
};

/* Donner aussitôt, comme le serveur le fera ; rend les communes qui ont bougé. */
const donner = (scenario, codes, vers) => {
  if (vers && (scenario.verrousCpts.has(vers) || !scenario.cpts.has(vers))) return [];
  const bougees = codes.filter((code) => peutAller(scenario, code, vers));
  for (const code of bougees) mettreCommune(scenario, code, vers ? [vers] : []);
  return bougees;
};

/* Un geste du scénario, sur ce que l'on tient : seuls ceux qui donnent des communes se voient sans le serveur. */
const anticiper = (scenario, { genre, vers = {}, codes = [] }) => {
  if (genre !== "attribuer") return [];
  return [...donner(scenario, codes, null), ...Object.entries(vers).flatMap(([id, siennes]) => donner(scenario, siennes, id))];
};

/* Où est une commune : chez personne, dans une CPTS, dans plusieurs. */
const peintureDe = (scenario, code) => {
  const ids = scenario.communes.get(code) ?? [];
  if (!ids.length) return "personne";
  return ids.length > 1 ? "plusieurs" : scenario.cpts.get(ids[0])?.couleur ?? "plusieurs";
};

/* Les communes que montre une liste, dans l'ordre où on les lit. `communes` : { code, nom, population, siren }. */
const PORTEES = {
  personne: "Dans aucun périmètre connu",
  active: "De la CPTS composée",
  voisines: "Qui touchent la CPTS composée",
  plusieurs: "Dans plusieurs CPTS",
  toutes: "Toutes",
};

const choisirCommunes = (scenario, communes, { portee, active, voisines, mots }) => {
  const garde = {
    personne: ({ code }) => !scenario.communes.has(code),
    active: ({ code }) => (scenario.communes.get(code) ?? []).includes(active),
    voisines: ({ code }) => voisines.has(code),
    plusieurs: ({ code }) => (scenario.communes.get(code) ?? []).length > 1,
    toutes: () => true,
  }[portee];
  const cherche = plier(mots).trim();
  const cherches = cherche.split(" ").filter(Boolean);
  const exacte = ({ nom }) => Number(plier(nom) === cherche);
  return communes
    .filter((commune) => garde(commune) && cherches.every((mot) => (commune.cherchee ??= plier([commune.nom, commune.code, commune.epci ?? ""].join(" "))).includes(mot)))
    .sort((a, b) => exacte(b) - exacte(a) || b.population - a.population || (a.nom < b.nom ? -1 : 1));
};

const plier = (texte) => texte.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[-' ’]+/g, " ");

/* Un point est-il dans un tracé fermé ? Les deux en pixels. */
const estDedans = ([x, y], trace) => {
  let dedans = false;
  for (let n = 0, avant = trace.length - 1; n < trace.length; avant = n, n += 1) {
    const [[xa, ya], [xb, yb]] = [trace[n], trace[avant]];
    if (ya > y !== yb > y && x < ((xb - xa) * (y - ya)) / (yb - ya) + xa) dedans = !dedans;
  }
  return dedans;
};
