"""Which machines are connected to: public ones, or what the administrator wrote."""

import socket

import pytest

from geo.erreurs import DonneesInvalides
from geo.wfs.adresses import read_adresse
from geo.wfs.resolution import is_public, resolve

PUBLIQUE, AUTRE = "193.0.14.129", "2001:7fd::1"


@pytest.fixture
def noms(monkeypatch):
    """Replace the resolver; the names looked up are in its list."""
    vus = []

    def give(*ips):
        def look_up(hote, port, **_):
            vus.append(hote)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ips]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        return vus

    return give


def test_a_name_of_the_internet(noms):
    noms(PUBLIQUE, AUTRE, PUBLIQUE)
    assert resolve(read_adresse("exemple.fr")) == [PUBLIQUE, AUTRE]


@pytest.mark.parametrize(
    "privee",
    [
        *("10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "0.0.0.0", "169.254.169.254"),  # noqa: S104
        *(
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1%eth0",
            "fc00::1",
            "ff02::1",
        ),
        *(
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:0:a00:1::",
            "2001:db8::1",
            "rien",
        ),
    ],
)
def test_one_private_address_among_others_is_enough_to_refuse(noms, privee):
    assert not is_public(privee)
    noms(PUBLIQUE, privee)
    with pytest.raises(DonneesInvalides, match="publique"):
        resolve(read_adresse("exemple.fr"))


def test_what_the_administrator_wrote_as_an_address_is_not_looked_up(noms):
    vus = noms(PUBLIQUE)
    assert resolve(read_adresse("http://10.0.0.1:8000")) == ["10.0.0.1"]
    assert resolve(read_adresse("http://[::1]:8000")) == ["::1"]
    assert vus == []


def test_localhost_is_this_machine(noms):
    noms("::1", "127.0.0.1")
    assert resolve(read_adresse("http://localhost:8000")) == ["::1", "127.0.0.1"]
    noms("10.0.0.1")
    with pytest.raises(DonneesInvalides):
        resolve(read_adresse("http://localhost:8000"))


def test_few_addresses_are_tried(noms):
    noms(*(f"193.0.14.{n}" for n in range(1, 20)))
    assert len(resolve(read_adresse("exemple.fr"))) == 4
