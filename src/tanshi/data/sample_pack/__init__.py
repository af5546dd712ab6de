"""The bundled sample pack, and the seeded script that makes it.

``python -m tanshi.data.sample_pack [folder]`` writes the pack anew: a manifest, a panel of
30 provinces, the accounts and fuels it follows from, and an input-output table. All of it
is synthetic. The panel is calibrated to published moments (see `provinces`); no single
figure is a statistic of any place or year.
"""

from tanshi.data.sample_pack.pack import PACK_FOLDER, SEED, build_pack, write_pack

__all__ = ["PACK_FOLDER", "SEED", "build_pack", "write_pack"]
