"""Measure whole journeys of twelve pages, and the floor of each page in the same run.

Every database (and a site beside it) is measured in turns. CPU is that of application, database and
proxy as the kernel accounts it, all threads and ended processes included; medians. The password is
hashed by MD5 and the site's own hash is stated apart. The database does not wait for the disk.
"""

import argparse

from bench import journey, sites
from bench.runs import Run, needed, rounds


def main() -> None:
    options = _options()
    walks = {kind: journey.KINDS[kind] for kind in options.variants.split(",")}
    several = [int(one) for one in options.learners.split(",") if int(one) > 1]
    sizes = {"count": options.rounds, "journeys": options.journeys, "several": several}
    learners = needed(kinds=len(walks), warm=options.warm, **sizes)
    with sites.opened(options, ["bench.seed", str(learners)]) as servers:
        runs = [Run(server, walks, journey.learner) for server in servers]
        for run in runs:
            run.warm_up(options.warm, max(several, default=1))
        rounds(runs, **sizes)
        for run in runs:
            run.report()
            print(f"  the site's password hash: {run.hash_ms():.0f} ms more a sign-in")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench journey", description=__doc__)
    sites.add_options(parser)
    parser.add_argument("--variants", default=",".join(journey.KINDS))
    return parser.parse_args()


if __name__ == "__main__":
    main()
