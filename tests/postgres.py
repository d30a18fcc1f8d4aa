"""Debian's PostgreSQL, in a folder of its own: a server to start, stop, kill and start again."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

from tests.processus import free_port

# Nothing of it outlives the tests: what is written need not reach the disk.
_OPTIONS = ("fsync=off", "full_page_writes=off", "max_connections=200", "shared_buffers=32MB")


def find_programs() -> Path | None:
    """Return the folder of its programs, the latest version first; nothing where it is not installed."""
    trouves = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3])
    )
    return trouves[-1].parent if trouves else None


class Postgres:
    """A server of its own, in a folder of its own: those of pytest are closed to other accounts."""

    def __init__(self) -> None:
        programmes = find_programs()
        assert programmes is not None, "PostgreSQL is not installed: make tests/.services"
        dossier = Path(tempfile.mkdtemp(prefix="atlas-postgres-"))
        self._programmes, self._dossier, self.port = programmes, dossier, free_port()
        self._bases = 0
        # It refuses to be run by root.
        self._qui = {"user": "postgres"} if os.getuid() == 0 else {}
        if self._qui:
            compte = pwd.getpwnam("postgres")
            os.chown(dossier, compte.pw_uid, compte.pw_gid)
        self._run(
            "initdb", "-A", "trust", "-U", "atlas", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"
        )

    def _run(self, programme: str, *options: str) -> None:
        # Its own group and no pipe: what it starts goes on alone.
        subprocess.run(
            [self._programmes / programme, "-D", self._dossier, *options],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
            **self._qui,
        )

    def start(self) -> None:
        reglages = " ".join(f"-c {option}" for option in _OPTIONS)
        self._run(
            *("pg_ctl", "-w", "-l", str(self._dossier / "journal"), "start", "-o"),
            f"-p {self.port} -k {self._dossier} -h 127.0.0.1 {reglages}",
        )

    def stop(self) -> None:
        """Stop it as a machine that is cut off: every connection breaks."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def pause(self) -> None:
        """Have it answer nothing any more, and hold its connections open."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, lequel: signal.Signals) -> None:
        chef = int((self._dossier / "postmaster.pid").read_text().splitlines()[0])
        fils = Path(f"/proc/{chef}/task/{chef}/children").read_text().split()
        for processus in (chef, *map(int, fils)):
            os.kill(processus, lequel)

    def create(self, modele: str = "template0") -> str:
        """Make an empty database, or a copy of that of an address; return its address as ``CPTS_BASE_URL`` has it."""
        self._bases += 1
        nom = f"atlas_{self._bases}"
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connexion:
            connexion.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(nom), sql.Identifier(modele.rpartition("/")[2])
                )
            )
        return f"postgresql+psycopg://atlas@127.0.0.1:{self.port}/{nom}"

    def _conninfo(self, base: str) -> str:
        return f"postgresql://atlas@127.0.0.1:{self.port}/{base}"

    def remove(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self.stop()
        shutil.rmtree(self._dossier, ignore_errors=True)
