"""Which machines are connected to: public ones, or what the administrator wrote."""

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.erreurs import DonneesInvalides
from geo.wfs.adresses import read_adresse
from geo.wfs.resolution import is_public, resolve

GLOBAL, NAT64 = ipaddress.ip_network("2000::/3"), ipaddress.ip_network("64:ff9b::/96")
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
        # Special ones that Python 3.11 takes for public, and their like.
        *("192.0.0.8", "192.0.0.9", "192.88.99.1", "192.31.196.1", "192.52.193.1", "192.175.48.1"),
        *("0.1.2.3", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.5", "240.0.0.1"),
        # IPv4 in IPv6, in every guise.
        *(
            "::7f00:1",
            "::ffff:0:127.0.0.1",
            "64:ff9b:1::7f00:1",
            "64:ff9b:1::c100:e81",
            "::c100:e81",
        ),
        *("2a00:1450::5efe:a00:1", "2a00:1450::200:5efe:a00:1", "64:ff9b::c000:8"),
        # Of a site, of a network's segments, of a list of addresses that are not yet given, of examples.
        *(
            "fec0::1",
            "5f00::1",
            "1000::1",
            "4000::1",
            "fb00::1",
            "ff0e::1",
            "100::1",
            "100:0:0:1::1",
        ),
        *("3fff::1", "3ffe::1", "2001:1::1", "2001:20::1", "2620:4f:8000::1", "2001:7fd::1%eth0"),
    ],
)
def test_one_private_address_among_others_is_enough_to_refuse(noms, privee):
    assert not is_public(privee)
    noms(PUBLIQUE, privee)
    with pytest.raises(DonneesInvalides, match="publique"):
        resolve(read_adresse("exemple.fr"))


@pytest.mark.parametrize(
    "publique", [PUBLIQUE, AUTRE, "64:ff9b::c100:e81", f"::ffff:{PUBLIQUE}", "2606:4700::1111", "2a02:26f0::5efe"]
)  # fmt: skip
def test_the_internet_is_public(publique):
    assert is_public(publique)


@given(st.ip_addresses(v=6))
def test_no_address_of_ipv6_is_public_but_of_what_is_given_out(adresse):
    if is_public(str(adresse)):
        assert adresse in GLOBAL or adresse.ipv4_mapped or adresse in NAT64


@given(st.ip_addresses(v=4))
def test_an_address_of_ipv4_is_as_public_within_ipv6(adresse):
    for dans in (f"::ffff:{adresse}", f"64:ff9b::{adresse}"):
        assert is_public(dans) == is_public(str(adresse))
    assert not is_public(f"::{adresse}")


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
