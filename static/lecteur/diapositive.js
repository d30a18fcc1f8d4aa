/* Une diapositive à la fois. */

let rang = -1;

const remplir = (noeud, texte) => {
  noeud.textContent = composer(texte);
  noeud.hidden = !texte;
};

const ecrireChiffre = (noeud, texte) => {
  noeud.replaceChildren();
  noeud.hidden = !texte;
  // Une espace entre les morceaux : qui écoute ou copie le chiffre le lit en entier.
  for (const [classe, morceau] of decouperChiffre(texte)) if (morceau.trim()) noeud.append(element("span", classe, morceau.trim()), " ");
};

const ecrireGraphique = (graphique) => {
  const noeud = par("graphique");
  noeud.hidden = !graphique;
  noeud.replaceChildren();
  if (!graphique) return;
  const nombre = new Intl.NumberFormat("fr-FR");
  const maximum = Math.max(...graphique.series.map(([, valeur]) => valeur));
  const legende = graphique.titre.includes(graphique.unite) ? graphique.titre : graphique.titre + " (" + graphique.unite + ")";
  const liste = element("ul");
  for (const [etiquette, valeur] of graphique.series) {
    const ligne = element("li");
    const barre = element("span", "barre", nombre.format(valeur));
    barre.style.setProperty("--part", maximum > 0 ? valeur / maximum : 0);
    ligne.append(element("span", "etiquette", etiquette), " ", barre);
    liste.append(ligne);
  }
  noeud.append(element("figcaption", "", legende), liste);
};

const ecrireCodes = (presents) => {
  const noeud = par("codes");
  noeud.hidden = !presents.length;
  noeud.style.setProperty("--cote-code", presents.length > 4 ? 190 : 290);
  noeud.replaceChildren(...presents.map(({ nom, adresse, image }) => {
    const figure = element("figure");
    const vue = element("img");
    vue.src = image;
    vue.alt = "Code à lire avec un téléphone, qui mène à la fiche : ";
    // Qui lit le fichier sur son téléphone ne peut pas le photographier : il suit le lien.
    const lien = element("a");
    Object.assign(lien, { href: adresse, target: "_blank", rel: "noopener" });
    lien.append(vue, element("figcaption", "", nom));
    figure.append(lien);
    return figure;
  }));
};

/* Un texte trop long se resserre ; un court garde la taille des autres. */
const ajuster = () => {
  const texte = par("texte");
  const corps = par("corps");
  const { style } = document.documentElement;
  const aise = par("scene").hidden ? SERRAGE_MAX : 1;
  for (let serrage = aise; serrage >= SERRAGE_MIN; serrage -= 0.02) {
    style.setProperty("--k", serrage.toFixed(2));
    const grand = Math.max(CORPS_CHIFFRE_MIN, CORPS_CHIFFRE * serrage);
    style.setProperty("--corps-chiffre", grand.toFixed(0));
    const nombre = corps.querySelector(".nombre");
    if (nombre) {
      nombre.style.display = "inline-block";
      const place = corps.clientWidth / nombre.getBoundingClientRect().width;
      nombre.style.display = "";
      if (place < 1) style.setProperty("--corps-chiffre", Math.floor(grand * place));
    }
    if (texte.scrollHeight <= texte.clientHeight + 1 && corps.scrollHeight <= corps.clientHeight + 1
      && texte.scrollWidth <= texte.clientWidth + 1) break;
  }
};

const montrer = (demandee) => {
  const nouveau = Math.min(Math.max(demandee, 0), diapositives.length - 1);
  if (nouveau === rang) return;
  rang = nouveau;
  const diapositive = diapositives[rang];
  const { cpts_id: id, titre, chiffre, phrase, lignes, parlee, sources, indicatif, graphique } = diapositive;
  const cle = diapositive.carte === "territoire" ? id : diapositive.carte;
  const presents = rang === diapositives.length - 1 ? codes : [];
  const scene = cle || graphique || presents.length;
  const article = par("diapositive");
  article.className = [diapositive.genre, lignes.length > 2 ? "liste" : "", scene ? "" : "sans-scene"].join(" ");
  article.setAttribute("aria-label", rang + 1 + " sur " + diapositives.length + " : " + titre);
  par("scene").hidden = !scene;
  remplir(par("titre"), titre);
  remplir(par("indicatif"), !indicatif ? "" : cle === "region" ? "périmètres indicatifs" : "périmètre indicatif");
  ecrireChiffre(par("chiffre"), chiffre);
  remplir(par("phrase"), phrase);
  par("lignes").hidden = !lignes.length;
  par("lignes").replaceChildren(...lignes.map((ligne) => element("li", "", composer(ligne))));
  par("source").textContent = composer(sources.length ? (sources.length > 1 ? "Sources : " : "Source : ") + sources.join(" ; ") : "");
  ecrireOrigines(diapositive.origines);
  par("position").textContent = rang + 1 + " / " + diapositives.length;
  par("precedente").disabled = rang === 0;
  par("suivante").disabled = rang === diapositives.length - 1;
  par("annonce").textContent = titre + ". " + parlee;
  montrerCarte(cle);
  ecrireGraphique(cle ? null : graphique);
  ecrireCodes(presents);
  ajuster();
  ecrireAdresse(rang);
  racine.dataset.rang = rang + 1;
  racine.dispatchEvent(new Event("diapositive"));
};
