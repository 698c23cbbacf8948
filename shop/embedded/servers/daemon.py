"""The daemon: runs the servers of a data folder for as long as any command uses them.

    python -m shop.embedded.servers.daemon FOLDER [--no-fsync] [--temporary] VARIABLE…

Commands hold a shared lock while they use the servers (shared_servers.py). The daemon stops the
servers when the last lock is released, so no command has to outlive another.
"""

import os
import shutil
import sys
from pathlib import Path

from shop.embedded.data_folder import DataFolder
from shop.embedded.exceptions import CannotRun, StopRequested
from shop.embedded.process.output import Output
from shop.embedded.process.supervisor import Supervisor
from shop.embedded.servers.startup import end_orphans, start_servers


def main(path: str, *arguments: str) -> None:
    """Run the servers of the variables; `--temporary` deletes the folder at the end."""
    folder = DataFolder(Path(path))
    with folder.daemon_lock() as is_locked:
        if is_locked:  # else another daemon was faster
            end_orphans(folder)
            run_servers(
                folder, [a for a in arguments if not a.startswith("--")], "--no-fsync" in arguments
            )
            if "--temporary" in arguments:
                shutil.rmtree(folder.path, ignore_errors=True)


def run_servers(folder: DataFolder, variables: list[str], skips_fsync: bool) -> None:
    """Start the servers, publish their URLs, and stop them once no command uses them."""
    log = os.open(folder.path / "servers.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    supervisor = Supervisor(folder.marks, Output(log))
    supervisor.install_signal_handlers()
    with folder.exclusive_user_lock() as is_unused:
        try:
            folder.publish_urls(
                start_servers(folder, supervisor, variables, skips_fsync=skips_fsync)
            )
            close_stderr()
            supervisor.wait_until(is_unused)
        except StopRequested:
            pass
        finally:
            folder.unpublish_urls()
            supervisor.stop()


def close_stderr() -> None:
    """Release the stderr of the command that started the daemon and may end before it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except CannotRun as reason:
        sys.exit(str(reason))
