"""Networks a token may be used from, and which address a caller really has (requirement D7)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from functools import lru_cache

from store.errors import BadInput

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Host = ipaddress.IPv4Address | ipaddress.IPv6Address
MOST = 100
"""So many networks a token may be given."""


def networks_of(texts: Iterable[str]) -> tuple[Network, ...]:
    """Read addresses and networks such as 203.0.113.5 or 2001:db8::/32, sorted and without repeats.

    Raises BadInput for what is neither, for bits set behind the prefix (most likely a slip), and for more than MOST.
    """
    found = set()
    for text in texts:
        try:
            found.add(ipaddress.ip_network(text.strip()))
        except ValueError:
            raise BadInput(
                f"“{text.strip()[:60]}” is no address and no network.", "Write 203.0.113.5, 203.0.113.0/24 or 2001:db8::/32."
            ) from None
    if len(found) > MOST:
        raise BadInput(f"A token can have {MOST} networks at most.", "Join them into larger ones.")
    return tuple(sorted(found, key=lambda network: (network.version, network)))


@lru_cache(maxsize=10_000)
def kept_networks(text: str) -> tuple[Network, ...] | None:
    """Read networks as the store keeps them, apart by spaces; None when that can't be read: then no address is allowed."""
    try:
        return networks_of(text.split())
    except BadInput:
        return None


@lru_cache(maxsize=10_000)
def host_of(text: str) -> Host | None:
    """Read an address; None for anything else. IPv4 inside IPv6 counts as IPv4, a zone is left out."""
    try:
        host = ipaddress.ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    return (host.ipv4_mapped or host) if isinstance(host, ipaddress.IPv6Address) else host


def is_within(address: str, networks: Sequence[Network] | None) -> bool:
    """Say whether an address is in one of the networks; never for what is no address."""
    host = host_of(address) if networks else None
    return host is not None and any(host in network for network in networks or ())


def client_address(peer: str, forwarded: Sequence[str], real: str, trusted: Sequence[Network]) -> str:
    """Return who called: the peer, or whom a trusted peer names; "" when its two headers do not agree.

    `forwarded` is X-Forwarded-For, nearest proxy last: the last address that is no trusted proxy counts, since whatever stands
    before it can be made up. `real` is X-Real-IP. A proxy that sets only one of them passes the caller's own word for the other
    on, so that two different answers are none.
    """
    if not is_within(peer, trusted):
        return peer
    named = set()
    for text in reversed(forwarded):
        if not is_within(text, trusted):
            named.add(str(host_of(text) or ""))
            break
    if real and not is_within(real, trusted):
        named.add(str(host_of(real) or ""))
    if not named:
        return forwarded[0].strip() if forwarded else real or peer
    return named.pop() if len(named) == 1 else ""
