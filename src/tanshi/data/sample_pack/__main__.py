"""``python -m tanshi.data.sample_pack [folder]``: write the sample pack anew."""

import sys
from pathlib import Path

from tanshi.data.sample_pack.pack import PACK_FOLDER, write_pack


def main(arguments: list[str]) -> None:
    """Write the pack into the folder named, or over the bundled one."""
    if len(arguments) > 1 or any(word.startswith("-") for word in arguments):
        sys.stderr.write("usage: python -m tanshi.data.sample_pack [folder]\n")
        raise SystemExit(2)
    folder = Path(arguments[0]) if arguments else PACK_FOLDER
    write_pack(folder)
    sys.stdout.write(f"{folder}: written\n")


if __name__ == "__main__":
    main(sys.argv[1:])
