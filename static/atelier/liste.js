/* La liste des communes : au clavier et pour qui ne voit pas la carte, elle fait ce que fait la carte. */

// Une liste plus longue ne se lit pas : on la cherche.
const LIGNES_MAX = 200;

// Un seul : en faire un à chaque nombre prend plus de temps que la liste.
const NOMBRES = new Intl.NumberFormat("fr-FR");

const creerListeCommunes = () => {
  const { panneau } = atelier;
  const bloc = section("Communes", true);
  const portee = creerChoix(Object.entries(PORTEES), "personne");
  const mots = creerSaisie("search", { placeholder: "nom, code ou intercommunalité", autocomplete: "off" });
  portee.addEventListener("change", () => { atelier.portee = portee.value; chercherVoisines(); montrerListe(); });
  mots.addEventListener("input", () => { atelier.mots = mots.value; montrerListe(); });
  panneau.liste = element("ul", "communes");
  panneau.compte = element("p", "aide");
  panneau.compte.setAttribute("role", "status");
  const toutes = creerAction("Tout cocher", () => {
    const montrees = [...panneau.liste.querySelectorAll("input")].map(({ value }) => value);
    const deja = montrees.every((code) => atelier.cochees.has(code));
    for (const code of montrees) atelier.cochees[deja ? "delete" : "add"](code);
    montrerListe();
    couches.communes.redessiner();
  });
  const agir = (action) => () => {
    if (!atelier.cochees.size) return void direEtat("Cochez d'abord des communes.", true);
    const [avant, codes] = [atelier.action, [...atelier.cochees]];
    atelier.action = action;
    atelier.cochees = new Set();
    agirSur(codes, "liste");
    atelier.action = avant;
    montrerListe();
    couches.communes.redessiner();
  };
  bloc.append(
    rang(champ("Montrer", portee), champ("Chercher", mots)),
    panneau.compte,
    rang(toutes, creerAction("Donner à la CPTS composée", agir("ajouter"), "principal"), creerAction("Retirer", agir("retirer")),
      creerAction("Verrouiller ou libérer", agir("verrouiller")), creerAction("Voir", () => allerAux([...atelier.cochees]))),
    panneau.liste,
  );
  return bloc;
};

const chercherVoisines = async () => {
  if (atelier.portee !== "voisines" || !atelier.active) return;
  const pour = atelier.active + " " + atelier.scenario.version;
  if (atelier.voisinesDe === pour) return;
  atelier.voisinesDe = pour;
  const { codes } = await demander("/demande", { quoi: "voisines", cpts: atelier.active });
  atelier.voisines = new Set(codes);
  montrerListe();
};

const direCompte = (communes, habitants) => {
  const s = (n) => (n > 1 ? "s" : "");
  const { size } = atelier.cochees;
  const visibles = atelier.panneau.liste.querySelectorAll("input:checked").length;
  const cachees = size > visibles ? `, dont ${size - visibles} hors de cette liste` : "";
  const reste = communes > LIGNES_MAX ? ` ; les ${LIGNES_MAX} plus peuplées sont listées` : "";
  return `${NOMBRES.format(communes)} commune${s(communes)}, ${NOMBRES.format(habitants)} habitant${s(habitants)}`
    + reste + (size ? ` ; ${size} cochée${s(size)}${cachees}` : "");
};

/* Elle est plus longue à faire que les chiffres, qui se voient d'abord. */
const montrerListeEnsuite = () => {
  atelier.listeAttendue ??= requestAnimationFrame(() => setTimeout(() => {
    atelier.listeAttendue = undefined;
    montrerListe();
  }));
};

const montrerListe = () => {
  const { panneau, scenario } = atelier;
  if (!scenario || !atelier.infos.size) return;
  chercherVoisines();
  const choisis = new Set(etat.departements);
  const communes = [...atelier.infos.values()].filter(({ departement }) => choisis.has(departement));
  const trouvees = choisirCommunes(scenario, communes, atelier);
  const montrees = trouvees.slice(0, LIGNES_MAX);
  const habitants = trouvees.reduce((somme, { population }) => somme + population, 0);
  const compter = () => { panneau.compte.textContent = direCompte(trouvees.length, habitants); };
  const focus = document.activeElement?.value;
  panneau.liste.replaceChildren(...montrees.map((commune) => {
    const coche = creerSaisie("checkbox", { value: commune.code, checked: atelier.cochees.has(commune.code) });
    coche.addEventListener("change", () => {
      atelier.cochees[coche.checked ? "add" : "delete"](commune.code);
      couches.communes.redessiner();
      compter();
    });
    const ligne = element("label");
    const ou = direCpts(scenario, commune.code) || "dans aucun périmètre connu";
    ligne.append(coche, element("span", "", commune.nom), element("small", "", `${NOMBRES.format(commune.population)} hab. · ${ou}${estVerrouillee(scenario, commune.code) ? " · verrouillée" : ""}`));
    const item = element("li");
    item.append(ligne);
    return item;
  }));
  compter();
  // Qui parcourt la liste au clavier y reste.
  if (focus) panneau.liste.querySelector(`input[value="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
};
