/* Ce qui aide à composer : donner par règle, absorber une zone de personne, voir le besoin. Rien n'est donné sans qu'on
 * le retienne. */

const demanderPuis = async (corps, suite) => {
  try {
    suite(await demander("/demande", corps));
  } catch (erreur) {
    direEtat(erreur.message, true);
  }
};

/* Ce qu'une règle ou une proposition donnerait : ses mots, et de quoi le retenir. */
const creerOffre = ({ titre, lignes, vers, outil }) => {
  const offre = element("article", "offre");
  const codes = Object.values(vers).flat();
  offre.append(element("h3", "", titre), ...lignes.map((ligne) => element("p", "", ligne)));
  if (codes.length) {
    offre.append(rang(
      creerAction("Retenir", () => { offre.remove(); faire({ genre: "attribuer", vers, outil }); }, "principal"),
      creerAction("Voir", () => allerAux(codes)),
    ));
  }
  return offre;
};

const creerRegles = () => {
  const bloc = section("Donner par règle");
  const sortie = element("div");
  const centre = creerSaisie("text", { placeholder: "Lure", autocomplete: "off" });
  centre.setAttribute("list", "communes-connues");
  const km = creerSaisie("number", { min: 1, max: 200, value: 10, step: 1 });
  const libres = creerSaisie("checkbox", { checked: true });
  const loin = creerSaisie("number", { min: 1, max: 200, value: 30, step: 1 });
  const montrer = (offre) => sortie.replaceChildren(creerOffre(offre));
  const trouverCentre = () => {
    const cherche = plier(centre.value);
    const memes = [...atelier.infos.values()].filter(({ nom, code }) => plier(nom) === cherche || code === centre.value.trim() || `${nom} (${code})` === centre.value);
    const ici = memes.filter(({ departement }) => etat.departements.includes(departement));
    return (ici.length ? ici : memes)[0]?.code;
  };
  const connues = element("datalist");
  connues.id = "communes-connues";
  centre.addEventListener("focus", () => {
    const dites = [...atelier.infos.values()].filter(({ departement }) => etat.departements.includes(departement));
    connues.replaceChildren(...dites.map(({ nom, code }) => new Option("", `${nom} (${code})`)));
  }, { once: true });
  bloc.append(
    rang(champ("Autour de", centre), champ("à moins de (km)", km, "court"), champ("celles d'aucun périmètre connu seulement", libres, "coche"), connues),
    rang(creerAction("Proposer", () => {
      const code = trouverCentre();
      if (!code) return void direEtat(`Aucune commune ne s'appelle « ${centre.value} ».`, true);
      if (!atelier.active) return void direEtat("Choisissez d'abord la CPTS que vous composez.", true);
      demanderPuis({ quoi: "rayon", cpts: atelier.active, centre: code, km: km.valueAsNumber, libres: libres.checked }, montrer);
    })),
    rang(champ("Chaque commune d'aucun périmètre connu à la CPTS la plus proche, à moins de (km)", loin, "court"),
      creerAction("Proposer", () => demanderPuis({ quoi: "proche", km: loin.valueAsNumber, departements: etat.departements }, montrer))),
    rang(element("span", "", "Ce que la CPTS composée entoure sans l'avoir"),
      creerAction("Combler", () => (atelier.active
        ? demanderPuis({ quoi: "trous", cpts: atelier.active }, montrer)
        : direEtat("Choisissez d'abord la CPTS que vous composez.", true)))),
    sortie,
  );
  return bloc;
};

const creerPropositions = () => {
  const bloc = section("Absorber une zone sans CPTS");
  const choix = creerChoix([["", "chercher les zones…"]]);
  const sortie = element("div");
  const lister = () => demanderPuis({ quoi: "zones", departements: etat.departements }, ({ zones }) => {
    const garde = choix.value;
    choix.replaceChildren(new Option(zones.length ? "choisir une zone…" : "aucune zone dans ces départements", ""), ...zones.map(({ id, texte }) => new Option(texte, id)));
    choix.value = garde;
    if (choix.selectedIndex < 0) choix.value = "";
  });
  bloc.addEventListener("toggle", () => { if (bloc.open) lister(); });
  sortie.addEventListener("click", ({ target }) => { if (target.matches(".principal")) choix.value = ""; });
  choix.addEventListener("focus", lister);
  choix.addEventListener("change", () => {
    sortie.replaceChildren();
    if (!choix.value) return;
    demanderPuis({ quoi: "propositions", zone: choix.value, departements: etat.departements }, ({ codes, propositions }) => {
      sortie.replaceChildren(...propositions.map(creerOffre));
      allerAux(codes);
    });
  });
  bloc.append(champ("Zone", choix, "large"), sortie,
    element("p", "aide", "Trois manières de faire, chacune avec ses chiffres ; aucune ne s'impose."));
  return bloc;
};

const INDICATEURS_MAX = 5;

const creerBesoin = () => {
  const bloc = section("Colorer par le besoin");
  const { panneau } = atelier;
  const lignes = element("div", "poids");
  const methode = creerChoix([["rangs", "rangs"], ["z", "écarts à la moyenne (z)"]]);
  const ajouter = creerChoix([["", "ajouter un indicateur…"]]);
  const formule = element("div");
  const poids = new Map();
  const appliquer = () => {
    if (!poids.size) {
      atelier.besoin = null;
      formule.replaceChildren();
      return void repeindreTout();
    }
    demanderPuis({ quoi: "besoin", methode: methode.value, poids: Object.fromEntries(poids), departements: etat.departements }, (dit) => {
      atelier.besoin = { classes: dit.classes, palette: dit.palette.map(teinter), textes: dit.textes };
      formule.replaceChildren(...dit.legende.map(([couleur, mots]) => {
        const signe = element("span", "pastille");
        signe.style.background = teinter(couleur);
        const ligne = element("p", "legende-besoin", mots);
        ligne.prepend(signe);
        return ligne;
      }), ...dit.lignes.map((ligne) => element("p", "aide", ligne)));
      repeindreTout();
    });
  };
  const montrer = () => {
    lignes.replaceChildren(...[...poids].map(([ind, valeur]) => {
      const glissiere = creerSaisie("range", { min: 1, max: 10, step: 1, value: valeur });
      const dite = element("output", "", valeur);
      glissiere.addEventListener("input", () => { poids.set(ind, glissiere.valueAsNumber); dite.textContent = glissiere.value; });
      glissiere.addEventListener("change", appliquer);
      const oter = creerAction("×", () => { poids.delete(ind); montrer(); appliquer(); }, "oter");
      oter.setAttribute("aria-label", "Ôter " + panneau.indicateurs.get(ind));
      return rang(champ(panneau.indicateurs.get(ind), glissiere, "large"), dite, oter);
    }));
    ajouter.disabled = poids.size >= INDICATEURS_MAX;
  };
  bloc.addEventListener("toggle", () => {
    if (!bloc.open || panneau.indicateurs) return;
    demanderPuis({ quoi: "indicateurs_par_commune" }, ({ indicateurs }) => {
      panneau.indicateurs = new Map(indicateurs);
      ajouter.append(...indicateurs.map(([ind, nom]) => new Option(nom, ind)));
    });
  });
  ajouter.addEventListener("change", () => {
    if (ajouter.value) poids.set(ajouter.value, 5);
    ajouter.value = "";
    montrer();
    appliquer();
  });
  methode.addEventListener("change", appliquer);
  bloc.append(champ("Indicateur", ajouter, "large"), lignes, champ("Réunis par", methode), formule);
  return bloc;
};
