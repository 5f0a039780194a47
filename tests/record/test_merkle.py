"""The tree is RFC 9162's, and no other: others' tools must find the same root."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.record.merkle import EMPTY, Tree, leaf_hash, node_hash

# The test vectors of the certificate-transparency project: entries, and the root after each.
VECTORS = [
    ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
    ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
    ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    (
        "606162636465666768696a6b6c6d6e6f",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ),
]


def test_the_roots_are_those_of_certificate_transparency():
    tree = Tree()
    assert tree.root() == EMPTY
    for data, root in VECTORS:
        tree.add(leaf_hash(bytes.fromhex(data)))
        assert tree.root().hex() == root
    assert tree.size == len(VECTORS)


def by_definition(leaves):
    """Section 2.1.1 word for word: split at the largest power of two below the length."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


@settings(deadline=None)
@given(st.lists(st.binary(max_size=4), max_size=70), st.integers(0, 70))
def test_a_log_carried_on_from_its_peaks_has_the_root_of_the_whole(leaves, cut):
    first = Tree()
    for data in leaves[:cut]:
        first.add(leaf_hash(data))
    again = Tree(first.size, first.peaks)
    for data in leaves[cut:]:
        again.add(leaf_hash(data))
    assert again.root() == by_definition(leaves)


def test_peaks_that_fit_no_size_are_refused():
    with pytest.raises(ValueError):
        Tree(3, [EMPTY])
