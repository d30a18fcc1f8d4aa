/* La fenêtre de l'orateur : ce qu'il dit, la diapositive qui vient, le temps. Une page vide, que le lecteur remplit et
 tient à jour : sans adresse ni script à elle, elle marche sans réseau, dans la page comme depuis un fichier. */

const FORME_ORATEUR = "popup,width=1100,height=720";
const BATTEMENT_MS = 1000;
let orateur = null;
let debut = null;

/* Fermée, rechargée ou menée ailleurs, elle n'est plus à remplir. */
const pageOrateur = () => {
  try {
    return orateur && !orateur.closed ? orateur.document : null;
  } catch {
    return null;
  }
};

const bouton = (libelle, classe, agir) => {
  const noeud = element("button", classe, libelle);
  noeud.type = "button";
  noeud.addEventListener("click", (e) => {
    agir();
    // Après un clic de souris, l'espace tourne la diapositive : elle ne presse pas le bouton.
    if (e.detail) noeud.blur();
  });
  return noeud;
};

const section = (classe, titre, ...contenu) => {
  const noeud = element("section", classe);
  noeud.append(element("h2", "", titre), ...contenu);
  return noeud;
};

const mesureDuTemps = (classe, libelle) => {
  const noeud = element("p", "temps");
  noeud.append(element("span", "", libelle), " ", element("b", classe));
  return noeud;
};

const remplirOrateur = (page) => {
  page.documentElement.lang = "fr";
  page.documentElement.className = "orateur";
  const vue = element("meta");
  Object.assign(vue, { name: "viewport", content: "width=device-width, initial-scale=1" });
  page.head.replaceChildren(vue, element("title", "", "Fenêtre de l'orateur : " + document.title), document.querySelector("style").cloneNode(true));
  const dire = section("dire", "À dire", element("p", "parole"));
  dire.setAttribute("aria-live", "polite");
  const eteint = element("p", "eteint", "L'écran projeté est noir : B le rallume.");
  eteint.setAttribute("role", "status");
  dire.prepend(element("p", "rang"), eteint, element("h1"));
  const pied = element("footer");
  pied.append(
    bouton("← Précédente", "precedente", reculer), bouton("Suivante →", "suivante", avancer),
    mesureDuTemps("duree", "Temps écoulé"),
    bouton("Remettre à zéro", "", () => { debut = Date.now(); battre(); }),
    mesureDuTemps("heure", "Heure"),
  );
  const principal = element("main");
  principal.append(dire, section("ensuite", "Ensuite", element("div", "apercu")), pied);
  page.body.replaceChildren(principal);
  ecouterTouches(page, MOUVEMENTS);
  // L'horloge est celle de cette fenêtre : le navigateur ralentit celle d'un écran caché.
  page.defaultView.setInterval(battre, BATTEMENT_MS);
  actualiserOrateur();
  battre();
};

const ecrireApercu = (noeud, suivante) => {
  if (!suivante) {
    noeud.replaceChildren(element("p", "", "C'est la dernière diapositive."));
    return;
  }
  const chiffre = element("p", "chiffre");
  ecrireChiffre(chiffre, suivante.chiffre);
  const lignes = element("ul");
  lignes.append(...suivante.lignes.map((ligne) => element("li", "", composer(ligne))));
  lignes.hidden = !suivante.lignes.length;
  noeud.replaceChildren(element("h3", "", composer(suivante.titre)), chiffre, element("p", "phrase", composer(suivante.phrase)), lignes);
};

const actualiserOrateur = () => {
  const page = pageOrateur();
  if (!page || !page.querySelector("main")) return;
  const { titre, parlee } = diapositives[rang];
  const ecrire = (choix, texte) => { page.querySelector(choix).textContent = texte; };
  page.querySelector(".eteint").hidden = par("noir").hidden;
  ecrire(".rang", rang + 1 + " / " + diapositives.length);
  ecrire("h1", composer(titre));
  ecrire(".parole", composer(parlee));
  ecrireApercu(page.querySelector(".apercu"), diapositives[rang + 1]);
  page.querySelector(".precedente").disabled = rang === 0;
  page.querySelector(".suivante").disabled = rang === diapositives.length - 1;
};

const battre = () => {
  const page = pageOrateur();
  if (!page || !page.querySelector("main")) return;
  page.querySelector(".duree").textContent = ecrireDuree(Date.now() - debut);
  page.querySelector(".heure").textContent = ecrireHeure(new Date());
};

/* Un navigateur peut l'ouvrir en deux temps, et la vider : elle est remplie de nouveau. */
const veiller = () => {
  const page = pageOrateur();
  if (page && page.body && !page.querySelector("main")) remplirOrateur(page);
};

const ouvrirOrateur = () => {
  if (!pageOrateur()) {
    // Rechargée, elle est vide et n'obéit plus : une autre prend sa place.
    if (orateur) orateur.close();
    orateur = window.open("", "_blank", FORME_ORATEUR);
  }
  par("bloquee").hidden = Boolean(orateur);
  ajuster();
  if (!orateur) return;
  debut = debut ?? Date.now();
  veiller();
  orateur.focus();
};

setInterval(veiller, BATTEMENT_MS);
racine.addEventListener("diapositive", () => {
  par("bloquee").hidden = true;
  actualiserOrateur();
});
// Sans le lecteur, elle ne montrerait plus rien de vrai.
window.addEventListener("pagehide", () => orateur && orateur.close());
