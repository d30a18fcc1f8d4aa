/* Streamlit écrit en anglais, sans réglage : ce qu'il dit d'un dépôt, d'une adresse ou de la connexion est redit en français
 * là où il l'écrit. Sous une présentation, il ne dit rien : la salle ne voit que les diapositives, et les touches y restent. */
if (!document.documentElement.dataset.mots) {
  document.documentElement.dataset.mots = "suivis";
  const REPREND = " La page reprend d'elle-même dès qu'il répond.";
  const MOTS = [
    [/^Connection error$/, "Connexion perdue"],
    [/^Is Streamlit still running\? .*$/, "L'atlas ne répond plus. S'il a été arrêté, relancez-le." + REPREND],
    [/^streamlit run yourscript\.py$/, "make run"],
    [/^Streamlit server is not responding\. .*$/, "Le serveur de l'atlas ne répond plus. Vérifiez votre connexion." + REPREND],
    [/^Cannot connect to Streamlit .*$/s, "Le serveur de l'atlas refuse la connexion. Rechargez la page."],
    [/^Page not found$/, "Page introuvable"],
    [/^(You have requested page|The page that you have requested) .*$/s, "L'atlas n'a pas de page à cette adresse : voici la carte."],
    [/^Close$/, "Fermer"],
    [/^Connecting$/, "Connexion…"],
    [/^Error$/, "Hors ligne"],
    [/^(Connecting|Unable to connect) to Streamlit server$/, "Le serveur de l'atlas ne répond pas."],
    [/^Upload$/, "Choisir des fichiers"],
    [/^file upload$/, "Fichiers à déposer"],
    [/^Add files$/, "Ajouter des fichiers"],
    [/^Drag and drop files here$/, "Déposez les fichiers ici"],
    [/^(\d+)MB per file$/, "$1 Mo par fichier"],
    [/^File must be (\d+)(\.0)?MB or smaller\.$/, "Fichier trop gros : $1 Mo au plus."],
    [/^Request failed with status code 403$/, "Cette session ne peut rien importer : aucun fichier n'est reçu."],
    [/^Request failed with status code 413$/, "Trop de fichiers déposés. Retirez-en, ou rechargez la page."],
    [/^Request failed with status code 503$/, "Trop de fichiers sont déposés sur ce serveur en ce moment. Recommencez dans quelques minutes."],
    [/^(Network Error|Unexpected error\. .*|Request failed with status code \d+)$/, "Fichier non reçu : donnez-le de nouveau."],
    [/^(\d+)(?:\.(\d+))?(K|M)?B$/, (_, entier, reste, unite) => entier + (reste ? "," + reste : "") + "\u00a0" + ({ K: "Ko", M: "Mo" }[unite] || "octets")],
  ];
  const LIEUX = "[role=dialog], .stFileUploader, .stStatusWidget, [role=tooltip]";

  const traduire = (texte) => {
    const trouve = MOTS.find(([anglais]) => anglais.test(texte.trim()));
    return trouve ? texte.trim().replace(...trouve) : texte;
  };
  const traduireTout = (lieu) => {
    const textes = document.createTreeWalker(lieu, NodeFilter.SHOW_TEXT);
    while (textes.nextNode()) {
      const { currentNode: noeud } = textes;
      const dit = traduire(noeud.data);
      if (dit !== noeud.data) noeud.data = dit;
    }
    for (const noeud of lieu.querySelectorAll("[aria-label]")) {
      const dit = traduire(noeud.ariaLabel);
      if (dit !== noeud.ariaLabel) noeud.ariaLabel = dit;
    }
  };

  /* Fermé, Streamlit n'y revient qu'après une autre coupure. */
  const taire = (dialogue) => {
    const lecteur = document.querySelector(".st-key-lecteur iframe");
    if (!lecteur || !/^\s*Connection error/.test(dialogue.textContent)) return;
    dialogue.querySelector("button[aria-label]")?.click();
    lecteur.focus();
  };

  /* En se fermant, un dialogue rend les touches à la page : tant que le lecteur est à l'écran, elle les lui passe. */
  document.addEventListener("keydown", (geste) => {
    const lecteur = document.querySelector(".st-key-lecteur iframe");
    const dedans = lecteur?.contentDocument?.body;
    if (!dedans || geste.target !== document.body || lecteur.getBoundingClientRect().bottom < innerHeight / 2) return;
    const { key, shiftKey, ctrlKey, altKey, metaKey } = geste;
    const passe = new KeyboardEvent("keydown", { key, shiftKey, ctrlKey, altKey, metaKey, bubbles: true, cancelable: true });
    lecteur.focus();
    if (!dedans.dispatchEvent(passe)) geste.preventDefault();
  });

  const lire = () => {
    document.querySelectorAll("[role=dialog]").forEach(taire);
    document.querySelectorAll(LIEUX).forEach(traduireTout);
  };
  new MutationObserver(lire).observe(document.body, { childList: true, characterData: true, subtree: true });
  lire();
}
