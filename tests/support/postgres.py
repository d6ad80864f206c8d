"""PostgreSQL as a peer: a cluster of its own for as long as it is asked."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

PG = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))


@contextlib.contextmanager
def postgres():
    """psql on a new cluster, which takes connections by a socket in its folder alone."""
    # Nobody can reach into a folder of root's; PostgreSQL does not run as root.
    with tempfile.TemporaryDirectory(prefix="firstbell-pg-") as folder:
        user = []
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody", "nogroup")
            user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]

        def run(*command, **options):
            return subprocess.run([*user, *command], check=True, capture_output=True, text=True,
                                  cwd=folder, **options).stdout

        run(PG / "initdb", "-D", f"{folder}/data", "-U", "peer", "-E", "UTF8", "--no-sync", "-A", "trust")
        run(PG / "pg_ctl", "-D", f"{folder}/data", "-l", f"{folder}/log", "-w", "-o",
            f"-k {folder} -c listen_addresses='' -c fsync=off -c shared_buffers=1GB -c max_wal_size=8GB", "start")
        try:
            yield lambda sql: run(PG / "psql", "-h", folder, "-U", "peer", "-d", "postgres", "-XAtq",
                                  "-F", "\t", input=sql)
        finally:
            run(PG / "pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")
