"""The sites of one run: one for each database, and for each beside it one of another checkout."""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.server import HERE, SEEDED, Server, database, environment, prepare, serving
from tests.programs import postgres

OF_THE_BENCH = ("bench", "tests")
OF_THE_SITE = ("courses", "cxcourse", "launcher", "examples", "manage.py", "gunicorn.conf.py")


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument(
        "--beside", metavar="FOLDER", type=Path, help="another checkout, measured in turns"
    )
    parser.add_argument(
        "--beside-python", metavar="PROGRAM", help="another Python, for the site beside"
    )
    parser.add_argument("--nginx", default=shutil.which("nginx"), help="none: no proxy")
    parser.add_argument("--learners", default="1,4,16", help="at once")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--journeys", type=int, default=8, help="of a round, at least")
    parser.add_argument("--warm", type=int, default=24, help="journeys before the first round")


@contextmanager
def opened(options: argparse.Namespace, seed: Sequence[str]) -> Iterator[list[Server]]:
    """Serve every site that the options ask for, each seeded by a module of this package."""
    nginx = None if options.nginx in (None, "none") else options.nginx
    print(f"proxy: {nginx or 'none'}")
    with ExitStack() as stack:
        servers = []
        for engine in options.databases.split(","):
            url = stack.enter_context(database(engine))
            for name, checkout, python in _checkouts(options):
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                own = postgres.new_database(url, f"bench{len(servers)}") if url else None
                env = environment(folder, own) | {"BENCH_SITE": str(_site(folder, checkout))}
                prepare(env, python=python)
                command = [python, "-m", *seed]
                with (folder / SEEDED).open("wb") as out:
                    subprocess.run(command, env=env, check=True, cwd=env["BENCH_SITE"], stdout=out)
                serve = serving(env, name=f"{engine}{name}", python=python, nginx=nginx)
                servers.append(stack.enter_context(serve))
        yield servers


def _checkouts(options: argparse.Namespace) -> Iterator[tuple[str, Path, str]]:
    yield "", HERE, sys.executable
    if options.beside or options.beside_python:
        checkout = (options.beside or HERE).resolve()
        yield ", beside", checkout, options.beside_python or sys.executable


def _site(folder: Path, checkout: Path) -> Path:
    """Return a folder with this bench and the site of the checkout."""
    if checkout == HERE:
        return HERE
    site = folder / "site"
    site.mkdir()
    for name in OF_THE_BENCH:
        (site / name).symlink_to(HERE / name)
    for name in OF_THE_SITE:
        (site / name).symlink_to(checkout / name)
    return site
