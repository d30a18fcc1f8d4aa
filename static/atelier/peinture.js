/* Le scénario sur la carte : les communes par leur CPTS, les limites des CPTS par-dessus, ce que l'on compare en dessous. */

const couleurDAtelier = (commune) => {
  const { scenario, besoin } = atelier;
  const place = scenario ? peintureDe(scenario, commune.id) : "personne";
  // Ce qui n'est à personne, ou à plusieurs, se voit quoi que l'on montre.
  commune.dessus = HACHURES[place] && place;
  if (!besoin) return place;
  const classe = besoin.classes[commune.id];
  return classe === undefined ? "hachures" : besoin.palette[classe];
};

/* Les communes d'un département que l'on voit, par leur code ; lues une fois avec lui. */
const indexer = (departement) =>
  (departement.parCode ??= new Map(departement.communes.map((commune) => [commune.id, commune])));

const departementsVus = () => couches.departements.filter(({ communes }) => communes);

const trouverCommune = (code) => {
  for (const departement of departementsVus()) {
    const commune = indexer(departement).get(code);
    if (commune) return { commune, departement };
  }
  return null;
};

/* Repeindre aussitôt quelques communes, leurs voisines et les limites qui les touchent : toute l'image prendrait plus d'un
 * dixième de seconde. */
const repeindreCommunes = (codes) => {
  const couche = couches.communes;
  const parDepartement = Map.groupBy(codes.map(trouverCommune).filter(Boolean), ({ departement }) => departement);
  for (const [departement, trouvees] of parDepartement) {
    for (const { commune } of trouvees) commune.couleur = couleurDAtelier(commune);
    if (!couche.departements.includes(departement)) continue;
    const autour = new Set(trouvees.map(({ commune }) => commune.id));
    for (const { un, autre } of bordsDe(departement, [...autour])) autour.add(un).add(autre);
    const { echelle } = couche.placerPinceau(departement);
    couche.remplir([...autour].map((code) => indexer(departement).get(code)), echelle);
    tracerCpts(departement, couche.pinceau, echelle, bordsDe(departement, [...autour]));
  }
};

const repeindreTout = () => {
  atelier.peinture = (atelier.peinture ?? 0) + 1;
  peindreCommunes();
  placerNoms();
};

/* Les bords que deux communes d'un département partagent, tracés une fois. */
const tracerBords = (departement) => {
  const paires = new Map();
  const premiers = new Map();
  departement.communes.forEach(({ geometry }, rang) => {
    for (const anneau of geometry.coordinates.flat()) {
      for (let n = 1; n < anneau.length; n += 1) {
        const [[xa, ya], [xb, yb]] = [anneau[n - 1], anneau[n]];
        const cle = xa < xb || (xa === xb && ya < yb) ? `${xa} ${ya} ${xb} ${yb}` : `${xb} ${yb} ${xa} ${ya}`;
        const autre = premiers.get(cle);
        if (autre === undefined) premiers.set(cle, rang);
        else if (autre !== rang) {
          const paire = autre * departement.communes.length + rang;
          if (!paires.has(paire)) paires.set(paire, { un: departement.communes[autre].id, autre: departement.communes[rang].id, trace: new Path2D() });
          const { trace } = paires.get(paire);
          const [de, vers] = [[xa, ya], [xb, yb]].map(([lon, lat]) => carte.project([lat, lon], ZOOM_TRACE).subtract(departement.origine));
          trace.moveTo(de.x, de.y);
          trace.lineTo(vers.x, vers.y);
        }
      }
    }
  });
  return [...paires.values()];
};

/* Ceux de quelques communes. */
const bordsDe = (departement, codes) => {
  departement.bords ??= tracerBords(departement);
  if (!departement.bordsParCode) {
    departement.bordsParCode = new Map();
    for (const bord of departement.bords) {
      for (const code of [bord.un, bord.autre]) {
        if (!departement.bordsParCode.has(code)) departement.bordsParCode.set(code, []);
        departement.bordsParCode.get(code).push(bord);
      }
    }
  }
  return new Set(codes.flatMap((code) => departement.bordsParCode.get(code) ?? []));
};

const tracerCpts = (departement, pinceau, echelle, bords = (departement.bords ??= tracerBords(departement))) => {
  if (!atelier.scenario) return;
  const { communes } = atelier.scenario;
  const de = (code) => String(communes.get(code) ?? "");
  pinceau.strokeStyle = couleurs.encre;
  for (const { un, autre, trace } of bords) {
    const [ici, la] = [de(un), de(autre)];
    if (ici === la) continue;
    const active = atelier.active && [ici, la].some((ids) => ids.split(",").includes(atelier.active));
    pinceau.lineWidth = (active ? TRAIT.choisi : TRAIT.epci) / echelle;
    pinceau.stroke(trace);
  }
  // Ce que l'on a choisi dans la liste, ou que l'on vient de toucher.
  pinceau.strokeStyle = couleurs.zone_blanche;
  pinceau.lineWidth = TRAIT.choisi / echelle;
  for (const code of [...atelier.cochees, ...atelier.montrees]) {
    const commune = indexer(departement).get(code);
    if (commune) pinceau.stroke(commune.trace);
  }
};

const bulleDAtelier = ({ id, properties }) => {
  const { scenario } = atelier;
  if (!scenario) return bulle(properties.nom, []);
  const ids = scenario.communes.get(id) ?? [];
  const info = atelier.infos.get(id);
  const lignes = [direCpts(scenario, id) || "dans aucun périmètre connu"];
  if (info) lignes.push(info.population.toLocaleString("fr-FR") + (info.population > 1 ? " habitants" : " habitant") + (info.epci ? " · " + info.epci : ""));
  const avant = properties.cpts.map(([rang]) => [...couches.cpts.keys()][rang]);
  if (String(avant) !== String(ids)) lignes.push("en service : " + (avant.length ? avant.map((cpts) => couches.cpts.get(cpts).nom).join(" et ") : "aucun périmètre connu"));
  if (estVerrouillee(scenario, id)) lignes.push("verrouillée");
  if (atelier.besoin) lignes.push(atelier.besoin.textes[id] ?? "besoin : une valeur manque");
  return bulle(properties.nom, lignes);
};

/* Le nom de chaque CPTS, au milieu de ce que l'on en voit. */
const nomsDAtelier = () => {
  if (!atelier.scenario) return [];
  const boites = new Map();
  for (const departement of couches.communes.departements) {
    for (const commune of departement.communes) {
      for (const id of atelier.scenario.communes.get(commune.id) ?? []) {
        const milieu = carte.unproject(commune.bornes.getCenter().add(departement.origine), ZOOM_TRACE);
        if (!boites.has(id)) boites.set(id, []);
        boites.get(id).push([commune.bornes.getSize().x * commune.bornes.getSize().y, milieu]);
      }
    }
  }
  return [...boites].map(([id, milieux]) => {
    const moyenne = (axe) => milieux.reduce((somme, [un, milieu]) => somme + un * milieu[axe], 0) / milieux.reduce((somme, [un]) => somme + un, 0);
    const [lat, lng] = [moyenne("lat"), moyenne("lng")];
    // Au milieu de l'une de ses communes : le milieu de toutes peut être chez une autre.
    const [, milieu] = milieux.reduce((un, autre) => (Math.hypot(autre[1].lat - lat, autre[1].lng - lng) < Math.hypot(un[1].lat - lat, un[1].lng - lng) ? autre : un));
    return { texte: (atelier.scenario.cpts.get(id)?.nom ?? id).replace(/^CPTS (de |du |des |d')?/i, ""), lat: milieu.lat, lon: milieu.lng };
  });
};
