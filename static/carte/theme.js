/* Le thème et la police de la page, que la carte suit ; sur le papier, elle est toujours claire. */

const POLICE = "Source Sans";
const POLICES = `"${POLICE}", sans-serif`;

const lireTheme = () => {
  const page = parent.document.querySelector(".stApp");
  sombre = !matchMedia("print").matches && getComputedStyle(page).colorScheme === "dark";
  document.documentElement.dataset.theme = sombre ? "sombre" : "clair";
  couleurs = Object.fromEntries(Object.entries(couleursClaires).map(([nom, couleur]) => [nom, teinter(couleur)]));
};

/* Toute couleur, d'ici ou de Python, est dite telle qu'elle est sur du blanc. */
const teinter = (couleur) => (sombre && teintesSombres[couleur]) || couleur;

const suivreTheme = () => {
  if (!couches?.peinture) return lireTheme();
  const avant = sombre;
  lireTheme();
  if (sombre === avant) return;
  for (const plan of ["territoires", "reperes"]) poserHachures(plan);
  for (const tirets of couches.tiretsDe.values()) tirets.setStyle({ color: couleurs.encre });
  couches.commune.setStyle({ color: couleurs.commune });
  oublierPeintures();
  lirePeinture();
  repeindre();
};

/* La police de la page est déjà lue : il n'y a qu'à la nommer ici aussi. */
const lirePolice = async () => {
  const faces = [...parent.document.styleSheets].flatMap((feuille) =>
    [...feuille.cssRules].filter(({ style }) => style?.fontFamily.replaceAll('"', "") === POLICE).map(({ style }) => {
      const [, adresse] = /url\("?([^")]+)/.exec(style.src);
      const { href } = new URL(adresse, feuille.href || parent.document.baseURI);
      return new FontFace(POLICE, `url("${href}")`, { style: style.fontStyle, weight: style.fontWeight });
    }));
  for (const face of await Promise.all(faces.map((face) => face.load()))) document.fonts.add(face);
  placerNoms();
};
