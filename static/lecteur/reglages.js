/* Le lecteur d'événement : des diapositives et leurs cartes, dans la page « Présentation » comme dans le fichier que
 l'on emporte. Aucun réseau ; tout ce qui vient des données est posé comme du texte. */

const donnees = JSON.parse(document.getElementById("donnees").textContent);
const { diapositives, cartes, codes, couleurs } = donnees;
const par = (id) => document.getElementById(id);
const racine = par("lecteur");

const PLANS = { sol: 210, communes: 310, contours: 410, limites: 360, noms: 610 };
const GLISSE_PX = 50;
// Les communes paraissent d'ouest en est en autant de millisecondes ; avec leur fondu, moins d'une seconde.
const DUREE_DESSIN_MS = 550;
// Sans carte, le texte a toute la largeur : il grandit.
const SERRAGE_MAX = 1.24;
const SERRAGE_MIN = 0.4;
const CORPS_CHIFFRE = 200;
const CORPS_CHIFFRE_MIN = 120;
