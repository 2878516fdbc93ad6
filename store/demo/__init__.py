"""A believable store from a seed: everything the screens can show, on a clock that stands still."""

from store.demo.building import MOST_TOKENS, NOW, SEED, TOKENS, build_demo

__all__ = ["MOST_TOKENS", "NOW", "SEED", "TOKENS", "build_demo"]
