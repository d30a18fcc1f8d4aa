/* Le thème de la page, que la carte suit ; sur le papier, elle est toujours claire. */

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
  for (const plan of ["territoires", "reperes", "voiles", "zones"]) poserHachures(plan);
  for (const tirets of couches.tiretsDe.values()) tirets.setStyle({ color: couleurs.encre });
  couches.commune.setStyle({ color: couleurs.encre });
  oublierPeintures();
  lirePeinture();
  repeindre();
  // Une page que l'on imprime n'a pas de prochaine image : les communes sont peintes sans l'attendre.
  couches.communes.dessiner();
};
