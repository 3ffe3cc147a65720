"""Run beside the web server: close what has run out, deliver events. Any number may run."""

import os
import signal
import socket
import threading
from argparse import ArgumentParser
from random import SystemRandom
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from courses.domain import relay, relay_processes


class Command(BaseCommand):
    name = f"{socket.gethostname()[:150]} {os.getpid()}"
    """What an operator sees of this process."""
    help = "Closes expired attempts and delivers events, until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="One round, then stop.")
        parser.add_argument("--pause", type=float, default=2.0, help="Seconds between idle rounds.")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(str(relay.run_once(clock=timezone.now, jitter=SystemRandom())))
            return
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write("relay: running")
        while not stop.is_set():
            if self._round():
                stop.wait(options["pause"])
        self.stdout.write("relay: stopped")

    def _round(self) -> bool:
        """Run once; return whether there was nothing to do, or no database."""
        close_old_connections()
        try:
            was_idle = relay.run_once(clock=timezone.now, jitter=SystemRandom()).was_idle
            relay_processes.report(name=self.name, now=timezone.now())
            return was_idle
        except OperationalError as error:
            self.stderr.write(f"relay: the database did not answer: {error}")
            return True
