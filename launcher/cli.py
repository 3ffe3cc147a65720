"""The command line of start.py."""

import argparse
import os
from collections.abc import Sequence

from launcher.console import (
    Failure,
    disk_failure,
    echo,
    require_writable_checkout,
    stop_signals,
)

DEFAULT_PORT = 8000
LAST_PORT = 65535


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    options, rest = _parser().parse_known_args(arguments)
    if rest and options.command != "test":
        _parser().error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        with stop_signals():
            return _obey(options, rest)
    except Failure as failure:
        echo(f"\n{failure}")
    except OSError as error:
        echo(f"\n{disk_failure(error)}")
    except KeyboardInterrupt:
        echo("\nStopped.")
    return 1


def _obey(options: argparse.Namespace, rest: list[str]) -> int:
    require_writable_checkout()
    if options.command == "test":
        from launcher.check import check

        return check(tier=options.tier, pytest_arguments=rest)
    from launcher.serve import serve

    return serve(port=options.port)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="start.py",
        description="Start the course on this machine, or check everything with `test`.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=os.environ.get("PORT", str(DEFAULT_PORT)),
        help=f"port of 127.0.0.1 to serve on (default {DEFAULT_PORT})",
    )
    commands = parser.add_subparsers(dest="command", metavar="test")
    test = commands.add_parser(
        "test",
        help="run the whole check; what follows is handed to pytest",
        allow_abbrev=False,
    )
    test.set_defaults(tier="check")
    tiers = test.add_mutually_exclusive_group()
    tiers.add_argument(
        "--quick",
        dest="tier",
        action="store_const",
        const="quick",
        help="leave out slow tests, those of pages and API, PostgreSQL and the browser",
    )
    tiers.add_argument(
        "--proofs",
        dest="tier",
        action="store_const",
        const="proofs",
        help="run what takes long instead: kills, races, storms, fuzzers and all cases of each",
    )
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to {LAST_PORT}, not {text!r}")
    return int(text)
