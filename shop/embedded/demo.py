"""The demo: the whole shop on one machine, prepared, started in order, watched and stopped."""

import http.client
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from shop.embedded import nginx, shop_programs, static_files
from shop.embedded.data_folder import DataFolder
from shop.embedded.exceptions import CannotRun, StopRequested
from shop.embedded.interpreter import describe_old_python
from shop.embedded.process.output import Output
from shop.embedded.process.ports import LOOPBACK, free_port, is_listened_to, require_free_port
from shop.embedded.process.supervisor import Supervisor
from shop.embedded.process.system_user import choose_system_user
from shop.embedded.servers import external_servers
from shop.embedded.servers.startup import end_orphans, missing_servers, start_servers

SECONDS_TO_ANSWER = 60
WELCOME = """\
Sign in as shopper@example.com or, at {url}admin/, as staff@example.com; the password is demo.
Everything is kept in {folder}. Ctrl-C stops; a second Ctrl-C hurries."""

# Commands of another terminal write into the same folders, and would be root too.
STARTED_BY_ROOT = (
    "Root started this, so web and worker run as root, and the servers behind them do not."
    " Start it as another user to have none run as root."
)


@dataclass
class Demo:
    """A demo in a data folder, on a port, with a number of web servers.

    `static_fingerprint` changes with the sources of the static files.
    """

    folder: DataFolder
    port: int
    servers: int
    static_fingerprint: str
    supervisor: Supervisor = field(init=False)
    output: Output = field(init=False)

    def run(self) -> None:
        """Run until a stop is requested. Raises CannotRun."""
        os.umask(0o077)  # of all children: what they write is for nobody else on this machine
        self.folder.close_private_folders()
        self.output = Output(sys.stderr.fileno())
        self.supervisor = Supervisor(self.folder.marks, self.output)
        self.supervisor.install_signal_handlers()
        with self._exclusive():
            self._check_prerequisites()
            try:
                self._start()
                self.supervisor.run_forever()
            except StopRequested:
                self.output.write_line("demo", "Stopping.")
            finally:
                self.folder.unpublish_urls()
                self.supervisor.stop()

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """Hold the folder's daemon lock, and a user lock, so that the servers count as used."""
        # The daemon of a command that has just ended may still be stopping its servers.
        with self.folder.daemon_lock(timeout=5) as is_locked:
            if not is_locked:
                raise CannotRun(
                    f"Another demo, or another command, runs in {self.folder.path}: "
                    "stop it first, or set SHOP_DATA_DIR to another folder."
                )
            with self.folder.user_lock():
                yield

    def _check_prerequisites(self) -> None:
        """End orphans of a former demo. Raises CannotRun for a busy port or unusable servers."""
        end_orphans(self.folder)
        require_free_port(self.port)
        external_servers.check_connections()
        if self.servers > 1:
            nginx.find_nginx()

    def _start(self) -> None:
        if sentence := describe_old_python():
            self.output.write_line("demo", sentence)
        if os.geteuid() == 0:
            self.output.write_line("demo", STARTED_BY_ROOT)
        urls = start_servers(self.folder, self.supervisor, missing_servers())
        os.environ.update(urls, SHOP_DEMO="1", PYTHONUNBUFFERED="1")
        if self.servers > 1:
            os.environ["TRUSTED_PROXIES"] = "1"  # nginx
        self.folder.publish_urls(urls)
        self._prepare_shop()
        self._start_shop()
        self.supervisor.run(shop_programs.manage("catalog", "load_demo"))
        self._wait_for_answer()
        self._welcome()

    def _prepare_shop(self) -> None:
        programs = [shop_programs.manage("migrate", "migrate", "--verbosity", "0")]
        if not static_files.are_collected(self.folder, self.static_fingerprint):
            programs.append(
                shop_programs.manage("static", "collectstatic", "--noinput", "--verbosity", "0")
            )
        self.supervisor.run(*programs)
        static_files.record_collected(self.folder, self.static_fingerprint)

    def _start_shop(self) -> None:
        """Start beat, the workers and then web; the supervisor stops them in reverse order."""
        self.supervisor.start(shop_programs.beat(self.folder))
        self.supervisor.start(shop_programs.worker())
        self.supervisor.start(shop_programs.indexer())
        if self.servers == 1:
            self.supervisor.start(shop_programs.web("web", self.port, workers=2))
            return
        backends = [free_port() for _ in range(self.servers)]
        for number, port in enumerate(backends, start=1):
            self.supervisor.start(shop_programs.web(f"web-{number}", port, workers=1))
        self.supervisor.wait_until(lambda: all(map(is_listened_to, backends)))
        user = choose_system_user(self.folder.postgres)
        self.supervisor.start(nginx.load_balancer(self.folder, self.port, backends, user))

    @property
    def url(self) -> str:
        """Return the address of the home page."""
        return f"http://{LOOPBACK}:{self.port}/"

    def _wait_for_answer(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        self.supervisor.wait_until(lambda: self._is_ready() or time.monotonic() > deadline)
        if time.monotonic() > deadline:
            raise CannotRun(
                f"The shop did not answer 200 at {self.url} within {SECONDS_TO_ANSWER} s, "
                f"at last: {self.last_response}."
            )

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=10)
        try:
            connection.request("GET", "/")
            self.last_response = f"HTTP {connection.getresponse().status}"
        except (OSError, http.client.HTTPException) as error:
            self.last_response = str(error)
        finally:
            connection.close()
        return self.last_response == "HTTP 200"

    def _welcome(self) -> None:
        sys.stdout.write(f"Ready: {self.url}\n")
        sys.stdout.flush()
        for line in WELCOME.format(url=self.url, folder=self.folder.path).splitlines():
            self.output.write_line("demo", line)
        self.supervisor.run(shop_programs.manage("api", "show_sandbox", self.url))


def read_number(variable: str, *, default: int, highest: int) -> int:
    """Read a number from the environment. Raises CannotRun unless it is between 1 and highest."""
    text = os.environ.get(variable) or str(default)
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= highest:
        return int(text)
    raise CannotRun(f"{variable} must be a whole number from 1 to {highest}, not {text!r}.")
