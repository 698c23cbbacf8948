"""Run the servers of a data folder for as long as any command uses them.

    python -m shop.embedded.servers.daemon FOLDER [--hasty] [--temporary] VARIABLE…

Commands hold a shared lock while they use the servers (services.py). The last one to
leave turns off the light, and none has to outlive another.
"""

import os
import shutil
import sys
from pathlib import Path

from shop.embedded.data_folder import DataFolder
from shop.embedded.exceptions import CannotRun, StopAsked
from shop.embedded.process.output import Output
from shop.embedded.process.supervisor import Supervisor
from shop.embedded.servers.starting import end_leftovers, start_servers


def main(path: str, *arguments: str) -> None:
    folder = DataFolder(Path(path))
    with folder.keeping() as is_keeper:
        if is_keeper:  # else another one was faster
            end_leftovers(folder)
            keep(folder, [a for a in arguments if not a.startswith("--")], "--hasty" in arguments)
            if "--temporary" in arguments:
                shutil.rmtree(folder.path, ignore_errors=True)


def keep(folder: DataFolder, wanted: list[str], is_hasty: bool) -> None:
    log = os.open(folder.path / "servers.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    supervisor = Supervisor(folder.marks, Output(log))
    supervisor.obey_signals()
    with folder.leaving_last() as is_unused:
        try:
            folder.announce(start_servers(folder, supervisor, wanted, is_hasty=is_hasty))
            fall_silent()
            supervisor.wait_until(is_unused)
        except StopAsked:
            pass
        finally:
            folder.withdraw()
            supervisor.stop()


def fall_silent() -> None:
    """Let go of the stderr of the command that started us: it may end before we do."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except CannotRun as reason:
        sys.exit(str(reason))
