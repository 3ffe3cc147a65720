"""Run a measurement: `python -m bench COMMAND [options]`; every command has `--help`."""

import sys
from importlib import import_module

COMMANDS = {
    "journey": ("bench.journeys", "whole journeys of pages, with the floor of each page"),
    "api": ("bench.api", "the API over HTTP, a class at once, and above the domain call"),
}


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else "--help"
    if name not in COMMANDS:
        print(__doc__)
        for command, (_module, meaning) in COMMANDS.items():
            print(f"  {command:12}{meaning}")
        sys.exit(0 if name in ("--help", "-h") else 2)
    module = import_module(COMMANDS[name][0])
    module.main(sys.argv[2:])


if __name__ == "__main__":
    main()
