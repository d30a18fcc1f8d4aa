/* Le panneau à côté de la carte : ce que l'on compose, ce que cela fait, et la liste des communes, qui fait au clavier
 * tout ce que fait la carte. */

const champ = (mot, controle, classe = "") => {
  const cadre = element("label", classe);
  cadre.append(element("span", "mot", mot), controle);
  return cadre;
};

const creerChoix = (paires, valeur) => {
  const choix = element("select");
  choix.append(...paires.map(([cle, nom]) => new Option(nom, cle)));
  if (valeur !== undefined) choix.value = valeur;
  return choix;
};

const creerSaisie = (type, options = {}) => Object.assign(element("input"), { type, ...options });

const creerAction = (texte, agir, classe = "") => {
  const bouton = element("button", classe, texte);
  bouton.type = "button";
  bouton.addEventListener("click", agir);
  return bouton;
};

const section = (titre, ouverte = false) => {
  const bloc = element("details");
  bloc.open = ouverte;
  bloc.append(element("summary", "", titre));
  return bloc;
};

/* Ce que l'on fait est dit à qui ne voit pas la carte, et reste écrit. */
const direEtat = (texte, alerte = false) => {
  const { etatDit } = atelier.panneau;
  etatDit.textContent = texte;
  etatDit.classList.toggle("alerte", alerte);
};

const cptsTriees = () =>
  [...atelier.scenario.cpts].map(([id, { nom }]) => [id, nom]).sort(([, a], [, b]) => a.localeCompare(b, "fr"));

/* --- La CPTS que l'on compose --- */

const composer = (id) => {
  atelier.active = id || null;
  atelier.panneau.choix.value = atelier.active ?? "";
  couches.communes.redessiner();
  montrerCartes();
  montrerListe();
  reglerCommandes();
};

const creerCommandes = () => {
  const { panneau } = atelier;
  const bloc = element("div", "commandes");
  panneau.choix = creerChoix([]);
  panneau.choix.addEventListener("change", () => {
    composer(panneau.choix.value);
    if (!atelier.active) return;
    cadrerSur([...(atelier.scenario.membres.get(atelier.active) ?? [])]);
    // Qui vient de choisir une CPTS touche ensuite des communes.
    if (atelier.outil === "main") choisirOutil("commune");
    direEtat("Touchez les communes à lui donner, ou cochez-les dans la liste.");
  });
  bloc.append(champ("Je compose", panneau.choix, "large"));
  const actions = element("fieldset", "actions");
  actions.append(element("legend", "mot", "Chaque commune touchée sera"));
  for (const [action, mot] of [["ajouter", "donnée à cette CPTS"], ["retirer", "retirée de sa CPTS"], ["verrouiller", "verrouillée, ou libérée"]]) {
    const radio = creerSaisie("radio", { name: "action", value: action, checked: action === "ajouter" });
    radio.addEventListener("change", () => { atelier.action = action; });
    const cadre = element("label");
    cadre.append(radio, mot);
    actions.append(cadre);
  }
  bloc.append(actions);
  return bloc;
};

const creerEdition = () => {
  const bloc = section("Créer, renommer, fusionner, scinder, supprimer");
  const { panneau } = atelier;
  const nom = creerSaisie("text", { maxLength: 120, autocomplete: "off" });
  const etape = creerChoix([]);
  const autre = creerChoix([]);
  Object.assign(panneau, { nom, etape, autre });
  const avecNom = (agir) => () => {
    if (!nom.value.trim()) return void direEtat("Écrivez d'abord un nom.", true);
    agir(nom.value.trim());
  };
  const avecActive = (agir) => () => (atelier.active ? agir(atelier.active) : direEtat("Choisissez d'abord la CPTS que vous composez.", true));
  const nouvelId = () => "cpts-projet-" + nouvelleCle().slice(0, 8);
  const neuve = (geste) => {
    faire(geste);
    // Elle sera choisie dès que le serveur l'aura créée.
    atelier.aComposer = geste.cible;
    nom.value = "";
    atelier.cochees = new Set();
    montrerListe();
  };
  const cochees = () => [...atelier.cochees];
  const scinder = (id, dit) => {
    if (!atelier.cochees.size) return void direEtat("Cochez d'abord dans la liste les communes de la nouvelle CPTS.", true);
    neuve({ genre: "scinder", cpts: [id], cible: nouvelId(), nom: dit, statut: etape.value, codes: cochees() });
  };
  bloc.append(
    champ("Nom", nom, "large"), champ("Étape", etape, "large"),
    rang(
      creerAction("Créer", avecNom((dit) => neuve({ genre: "creer", cible: nouvelId(), nom: dit, statut: etape.value, codes: cochees() }))),
      creerAction("Renommer", avecActive((id) => avecNom((dit) => faire({ genre: "renommer", cpts: [id], nom: dit, statut: etape.value }))())),
      creerAction("Scinder", avecActive((id) => avecNom((dit) => scinder(id, dit))())),
    ),
    element("p", "aide", "« Créer » et « Scinder » prennent les communes cochées dans la liste."),
    champ("Fusionner dans", autre, "large"),
    rang(
      creerAction("Fusionner", avecActive((id) => {
        if (!autre.value) return void direEtat("Choisissez d'abord la CPTS qui reste.", true);
        faire({ genre: "fusionner", cpts: [id], cible: autre.value }); atelier.aComposer = autre.value;
      })),
      creerAction("Supprimer", avecActive((id) => faire({ genre: "supprimer", cpts: [id] }))),
      (panneau.verrou = creerAction("Verrouiller", avecActive((id) =>
        faire({ genre: atelier.scenario.verrousCpts.has(id) ? "deverrouiller" : "verrouiller", cpts: [id] })))),
    ),
  );
  return bloc;
};

const rang = (...noeuds) => {
  const ligne = element("div", "rang");
  ligne.append(...noeuds);
  return ligne;
};

const reglerCommandes = () => {
  const { panneau, scenario, active } = atelier;
  if (!scenario) return;
  const offertes = JSON.stringify([...scenario.cpts].map(([id, { nom }]) => [id, nom]));
  if (panneau.offertes !== offertes) {
    // Trier les mille CPTS de la France à chaque geste retarderait ses chiffres.
    const triees = cptsTriees();
    panneau.offertes = offertes;
    panneau.choix.replaceChildren(new Option("choisir une CPTS…", ""), ...triees.map(([id, nom]) => new Option(nom, id)));
    panneau.autre.replaceChildren(new Option("choisir celle qui reste…", ""), ...triees.map(([id, nom]) => new Option(nom, id)));
    panneau.etape.replaceChildren(new Option("ne rien en dire de nouveau", ""), ...Object.entries(scenario.etapes).map(([cle, mot]) => new Option(mot, cle)));
  }
  if (atelier.aComposer && scenario.cpts.has(atelier.aComposer)) {
    const nouvelle = atelier.aComposer;
    atelier.aComposer = null;
    composer(nouvelle);
    return;
  }
  if (active && !scenario.cpts.has(active)) composer(null);
  panneau.choix.value = atelier.active ?? "";
  panneau.verrou.textContent = atelier.active && scenario.verrousCpts.has(atelier.active) ? "Déverrouiller" : "Verrouiller";
};

/* --- Ce que cela fait --- */

const creerJauge = ({ avant, apres, bornes }) => {
  const barre = element("div", "jauge");
  barre.setAttribute("aria-hidden", "true");
  const plein = element("div", "plein");
  plein.style.width = 100 * (apres ?? 0) + "%";
  barre.append(plein, ...bornes.map((borne) => situer(element("i"), borne)));
  if (avant !== null && avant !== apres) barre.append(situer(element("b"), avant));
  return barre;
};

const situer = (noeud, place) => {
  noeud.style.left = 100 * place + "%";
  return noeud;
};

/* Montrer des communes : entourées, sans être cochées. */
const allerAux = (codes) => {
  if (!cadrerSur(codes)) return void direEtat("Ces communes ne sont pas sur la carte : rapprochez-vous d'elles.", true);
  atelier.montrees = new Set(codes);
  couches.communes.redessiner();
};

const cadrerSur = (codes) => {
  const bornes = L.latLngBounds([]);
  for (const trouvee of codes.map(trouverCommune).filter(Boolean)) {
    const { commune: { bornes: { min, max } }, departement: { origine } } = trouvee;
    for (const coin of [min, max]) bornes.extend(carte.unproject(coin.add(origine), ZOOM_TRACE));
  }
  if (bornes.isValid()) carte.fitBounds(bornes.pad(0.4), { maxZoom: ZOOM_CADRE_MAX });
  return bornes.isValid();
};

const creerCarte = (dite) => {
  const fiche = element("article", "carte-cpts " + dite.genre);
  const titre = element("h3", "", dite.nom);
  const pastille = element("span", "pastille");
  pastille.style.background = teinter(atelier.scenario.cpts.get(dite.id)?.couleur ?? couleurs.blanc);
  titre.prepend(pastille);
  titre.append(element("small", "", dite.mot));
  fiche.append(titre, creerJauge(dite.jauge), ...dite.lignes.map((ligne) => element("p", "", ligne)));
  for (const { texte, codes } of dite.alertes) {
    const alerte = creerAction(texte, () => allerAux(codes), "alerte");
    alerte.title = "Montrer sur la carte";
    fiche.append(alerte);
  }
  const suite = element("details");
  suite.append(element("summary", "", dite.motif ? "Indicateurs, justification" : "Indicateurs, justification (à écrire)"));
  const motif = element("textarea");
  Object.assign(motif, { value: dite.motif, maxLength: 4000, rows: 3, placeholder: "Pourquoi ce territoire : sera dans l'annexe." });
  motif.addEventListener("change", () => faire({ genre: "justifier", cpts: [dite.id], motif: motif.value }));
  const table = element("div", "indicateurs");
  suite.addEventListener("toggle", async () => {
    if (!suite.open || table.childElementCount) return;
    try {
      table.append(creerTableau(await demander("/demande", { quoi: "indicateurs", cpts: dite.id })));
    } catch (erreur) {
      table.append(element("p", "alerte", erreur.message));
    }
  });
  suite.append(champ("Justification", motif, "large"), table);
  fiche.append(suite);
  return fiche;
};

const creerTableau = ({ titres, lignes, notes }) => {
  const bloc = element("div");
  const table = element("table");
  const tete = table.createTHead().insertRow();
  for (const titre of titres) tete.append(Object.assign(element("th", "", titre), { scope: "col" }));
  const corps = table.createTBody();
  for (const [premier, ...autres] of lignes) {
    const ligne = corps.insertRow();
    ligne.append(Object.assign(element("th", "", premier), { scope: "row" }), ...autres.map((texte) => element("td", "", texte)));
  }
  bloc.append(table, ...notes.map((note) => element("p", "aide", note)));
  return bloc;
};

const mettreFigures = (reponse) => {
  const { panneau } = atelier;
  for (const dite of reponse.cartes) atelier.cartes.set(dite.id, dite);
  for (const dit of reponse.departements) atelier.departements.set(dit.code, dit);
  Object.assign(atelier, { touchees: reponse.touchees, ecarts: reponse.ecarts });
  for (const [nom, mot] of [["annuler", "Annuler"], ["refaire", "Refaire"]]) {
    // Un bouton éteint sous le clavier l'enverrait au début de la page.
    panneau[nom].setAttribute("aria-disabled", !reponse[nom] || !atelier.modifiable);
    panneau[nom].title = reponse[nom] ? mot + " : " + reponse[nom] : "Rien à " + nom;
  }
  reglerCommandes();
  montrerCartes();
  montrerConstats();
  montrerListeEnsuite();
};

/* La CPTS composée d'abord, puis celles que le scénario change. */
const montrerCartes = () => {
  const { panneau, cartes, touchees, active, scenario } = atelier;
  if (!scenario) return;
  if (active && !cartes.has(active)) demanderCarte(active);
  const montrees = [...new Set([active, ...touchees])].filter((id) => cartes.has(id));
  const dites = JSON.stringify(montrees.map((id) => cartes.get(id)));
  if (panneau.cartesDites === dites) return;
  // Ce que l'on est en train d'écrire n'est pas effacé.
  const ecrit = panneau.cartes.querySelector("textarea:focus");
  if (ecrit) return void ecrit.addEventListener("blur", () => setTimeout(montrerCartes), { once: true });
  panneau.cartesDites = dites;
  // Ce que l'on avait sous les doigts le reste.
  const actif = document.activeElement;
  const fiche = actif?.closest?.(".carte-cpts");
  const place = fiche && [fiche.dataset.cpts, [...fiche.querySelectorAll("button, summary, textarea")].indexOf(actif)];
  const ouvertes = new Set([...panneau.cartes.querySelectorAll("article:has(details[open])")].map(({ dataset }) => dataset.cpts));
  panneau.cartes.replaceChildren(...montrees.map((id) => {
    const fiche = creerCarte(cartes.get(id));
    fiche.dataset.cpts = id;
    if (ouvertes.has(id)) fiche.querySelector("details").open = true;
    return fiche;
  }));
  if (place) [...panneau.cartes.children].find(({ dataset }) => dataset.cpts === place[0])?.querySelectorAll("button, summary, textarea")[place[1]]?.focus();
  if (montrees.length && scenario.aci) panneau.cartes.append(element("p", "aide", scenario.aci));
  if (!montrees.length) panneau.cartes.append(element("p", "aide", "Choisissez une CPTS, puis donnez-lui des communes sur la carte ou dans la liste."));
};

const demanderCarte = async (id) => {
  try {
    const { carte: dite } = await demander("/demande", { quoi: "cpts", cpts: id });
    if (!atelier.cartes.has(id)) atelier.cartes.set(id, dite);
    montrerCartes();
  } catch (erreur) {
    direEtat(erreur.message, true);
  }
};

const montrerConstats = () => {
  const { panneau, departements, ecarts, scenario } = atelier;
  panneau.departements.replaceChildren(...[...departements.values()].flatMap(({ nom, lignes }) => [
    element("h3", "", nom), ...lignes.map((ligne) => element("p", "", ligne)),
  ]));
  if (departements.size) panneau.departements.append(element("p", "aide", scenario.couvert));
  else panneau.departements.append(element("p", "aide", "Rien n'a bougé : choisissez un département en haut de la page pour voir sa couverture."));
  panneau.ecarts.replaceChildren(...ecarts.map(({ texte, codes }) => creerAction(texte, () => allerAux(codes), "alerte")));
  const posees = Object.keys(scenario.contraintes).length;
  if (!ecarts.length) panneau.ecarts.append(element("p", "aide", posees ? "Tout ce que vous demandez est respecté." : "Aucune contrainte posée."));
  panneau.titreEcarts.textContent = ecarts.length ? `Contraintes : ${ecarts.length} non respectée${ecarts.length > 1 ? "s" : ""}` : "Contraintes";
  reglerContraintes();
};

/* --- Les contraintes --- */

const CONTRAINTES = {
  population_min: ["Au moins (habitants)", "number"],
  population_max: ["Au plus (habitants)", "number"],
  d_un_seul_tenant: ["D'un seul tenant", "checkbox"],
  epci_entiers: ["Intercommunalités entières", "checkbox"],
  un_seul_departement: ["Aucune commune d'un autre département", "checkbox"],
};

const creerContraintes = () => {
  const bloc = section("Contraintes", true);
  const { panneau } = atelier;
  panneau.titreEcarts = bloc.firstChild;
  panneau.contraintes = {};
  const forme = element("div", "grille");
  for (const [nom, [mot, type]] of Object.entries(CONTRAINTES)) {
    const saisie = creerSaisie(type, type === "number" ? { min: 1, step: 1000, inputMode: "numeric" } : {});
    saisie.addEventListener("change", () => {
      const valeur = type === "checkbox" ? saisie.checked || null : saisie.value ? Math.round(saisie.valueAsNumber) : null;
      faire({ genre: "contraindre", contraintes: { [nom]: valeur } });
    });
    panneau.contraintes[nom] = saisie;
    forme.append(champ(mot, saisie, type === "checkbox" ? "coche" : ""));
  }
  panneau.ecarts = element("div", "ecarts");
  bloc.append(panneau.ecarts, forme, element("p", "aide", "Elles portent sur les CPTS que le scénario change."));
  return bloc;
};

const reglerContraintes = () => {
  for (const [nom, saisie] of Object.entries(atelier.panneau.contraintes)) {
    if (document.activeElement === saisie) continue;
    const posee = atelier.scenario.contraintes[nom];
    if (saisie.type === "checkbox") saisie.checked = Boolean(posee);
    else saisie.value = posee ?? "";
  }
};
