"""Anomalies told together: the worst first, then the most numerous."""

from geo.erreurs import Severite
from geo.importation.anomalie import Anomalie, to_frame
from geo.importation.groupes import group


def anomalie(ligne, severite, genre, remede="Faire."):
    return Anomalie(ligne, "cpts", "x", severite, f"Message {ligne}.", remede, genre)


def test_the_worst_come_first_then_the_most_numerous():
    table = to_frame(
        [
            anomalie(2, Severite.INFORMATION, "doublon"),
            anomalie(3, Severite.A_VERIFIER, "noms_proches"),
            anomalie(4, Severite.A_VERIFIER, "zero_perdu"),
            anomalie(5, Severite.A_VERIFIER, "zero_perdu", "Faire autrement."),
            anomalie(6, Severite.BLOQUANT, "code_inconnu"),
        ]
    )
    groupes = group(table)
    assert [(g.genre, len(g.anomalies)) for g in groupes] == [
        ("code_inconnu", 1),
        ("zero_perdu", 2),
        ("noms_proches", 1),
        ("doublon", 1),
    ]
    assert groupes[1].remedes == ["Faire.", "Faire autrement."]


def test_one_kind_of_two_severities_is_two_groups():
    table = to_frame(
        [
            anomalie(2, Severite.INFORMATION, "zero_perdu"),
            anomalie(3, Severite.BLOQUANT, "zero_perdu"),
        ]
    )
    assert [(g.genre, g.severite) for g in group(table)] == [
        ("zero_perdu", Severite.BLOQUANT),
        ("zero_perdu", Severite.INFORMATION),
    ]


def test_every_anomaly_is_in_one_group():
    lignes = [
        anomalie(n, s, g) for n, s in enumerate(Severite) for g in ("doublon", "retiree", "vide")
    ]
    assert sum(len(g.anomalies) for g in group(to_frame(lignes))) == len(lignes)


def test_nothing_makes_no_group():
    assert group(to_frame([])) == []


def a_code(ligne, code, message, remede, *, genre="hors_territoire", sujet=""):
    return Anomalie(ligne, "code_commune", code, Severite.A_VERIFIER, message, remede, genre, sujet)


def test_the_rows_of_departments_that_are_not_loaded_are_one_sentence():
    table = to_frame(
        a_code(n, f"{dep}001", f"{dep}001 : non chargé.", "Rien.", sujet=dep)
        for n, dep in enumerate(["04", "05", "06", "04"], start=2)
    )
    [groupe] = group(table)
    [cause] = groupe.causes
    assert cause.message == "Départements 04, 05 et 06 : non chargés, 4 lignes laissées de côté."
    assert (cause.lignes, cause.effectif, cause.remede) == ((2, 3, 4, 5), 4, "Rien.")


def test_one_remedy_is_one_cause_and_the_others_are_quoted():
    table = to_frame(
        [
            a_code(2, "99998", "99998 n'existe pas.", "Corriger le code.", genre="code_inconnu"),
            a_code(3, "99999", "99999 n'existe pas.", "Corriger le code.", genre="code_inconnu"),
            a_code(4, "70160", "70160 est postal.", "Écrire 70001.", genre="code_inconnu"),
        ]
    )
    [groupe] = group(table)
    assert [(c.lignes, c.valeur, c.message) for c in groupe.causes] == [
        ((2, 3), "", "99998 n'existe pas. De même : « 99999 »."),
        ((4,), "70160", "70160 est postal."),
    ]


def test_what_is_told_of_two_cpts_is_never_one_cause():
    table = to_frame([anomalie(2, Severite.A_VERIFIER, "noms_proches"), anomalie(3, Severite.A_VERIFIER, "noms_proches")])  # fmt: skip
    assert [cause.lignes for cause in group(table)[0].causes] == [(2,), (3,)]


def test_every_anomaly_counts_in_one_cause():
    lignes = [a_code(n, str(n), f"{n}.", f"{n % 3}.", genre="doublon") for n in range(20)]
    assert sum(c.effectif for g in group(to_frame(lignes)) for c in g.causes) == len(lignes)
