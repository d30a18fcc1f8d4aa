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
