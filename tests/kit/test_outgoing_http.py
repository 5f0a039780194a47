"""Nothing inside is asked or told, however its address is written."""

import ipaddress

import pytest

from lms.kit.outgoing_http import is_inside


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "100.64.0.1",
        "::1",
        "fc00::1",
        "fe80::1",
        "fec0::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "::7f00:1",
        "192.88.99.1",
        "224.0.0.1",
        "ff02::1",
        "0.0.0.0",
        "255.255.255.255",
        "5f00::1",
        "3fff::1",
        "100::1",
        "100:0:0:1::1",
        "192.31.196.1",
        "192.175.48.1",
        "2001:4:112::1",
        "2620:4f:8000::1",
        "2001:0:4136:e378::1",
        "2001:db8::1",
    ],
)
def test_an_address_inside_or_reserved_is_never_asked(address):
    assert is_inside(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "151.101.1.69",
        "2606:4700:4700::1111",
        "2a00:1450:4009:80b::200e",
        "64:ff9b::101:101",
        "2002:101:101::",
    ],
)
def test_the_public_internet_is(address):
    assert not is_inside(ipaddress.ip_address(address))
