"""Everything on one machine: prepare, start in order, say when it is ready, watch, stop."""

import http.client
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from shop.embedded import static, web
from shop.embedded.data_folder import DataFolder
from shop.embedded.exceptions import CannotRun, StopAsked
from shop.embedded.process.output import Output
from shop.embedded.process.ports import LOOPBACK, demand_free, free_port, is_listened_to
from shop.embedded.process.supervisor import Supervisor
from shop.embedded.process.system_user import choose_system_user
from shop.embedded.servers import external_servers
from shop.embedded.servers.starting import end_leftovers, missing_servers, start_servers

SECONDS_TO_ANSWER = 60
WELCOME = """\
Sign in as shopper@example.com or, at {url}admin/, as staff@example.com; the password is demo.
Everything is kept in {folder}. Ctrl-C stops; a second Ctrl-C hurries."""


@dataclass
class Demo:
    folder: DataFolder
    port: int
    servers: int
    supervisor: Supervisor = field(init=False)
    output: Output = field(init=False)

    def run(self) -> None:
        """Run until a stop is asked for. Raises CannotRun when something is in the way."""
        self.output = Output(sys.stderr.fileno())
        self.supervisor = Supervisor(self.folder.marks, self.output)
        self.supervisor.obey_signals()
        with self._alone_here():
            self._demand_room()
            try:
                self._start()
                self.supervisor.watch()
            except StopAsked:
                self.output.say("demo", "Stopping.")
            finally:
                self.folder.withdraw()
                self.supervisor.stop()

    @contextmanager
    def _alone_here(self) -> Iterator[None]:
        """Be the keeper of the data folder, and one of its users, so that it counts as used."""
        # A command that has just ended may still be stopping its servers.
        with self.folder.keeping(patience=5) as is_keeper:
            if not is_keeper:
                raise CannotRun(
                    f"Another demo, or another command, runs in {self.folder.path}: "
                    "stop it first, or set SHOP_DATA_DIR to another folder."
                )
            with self.folder.using():
                yield

    def _demand_room(self) -> None:
        """Raise CannotRun if something is in the way; what a former demo left is not."""
        end_leftovers(self.folder)
        demand_free(self.port)
        external_servers.demand_answers()
        if self.servers > 1:
            web.find_nginx()

    def _start(self) -> None:
        urls = start_servers(self.folder, self.supervisor, missing_servers())
        os.environ.update(urls, SHOP_DEMO="1", PYTHONUNBUFFERED="1")
        if self.servers > 1:
            os.environ["TRUSTED_PROXIES"] = "1"  # the nginx before them
        self.folder.announce(urls)
        self._prepare_shop()
        self._start_shop()
        self.supervisor.run(web.manage("catalog", "load_demo"))
        self._wait_for_answer()
        self._welcome()

    def _prepare_shop(self) -> None:
        programs = [web.manage("migrate", "migrate", "--verbosity", "0")]
        if not static.are_collected(self.folder):
            programs.append(web.manage("static", "collectstatic", "--noinput", "--verbosity", "0"))
        self.supervisor.run(*programs)
        static.record_collected(self.folder)

    def _start_shop(self) -> None:
        """Start beat before the workers, and they before web: they stop the other way round."""
        self.supervisor.start(web.beat(self.folder))
        self.supervisor.start(web.worker())
        self.supervisor.start(web.indexer())
        if self.servers == 1:
            self.supervisor.start(web.web("web", self.port, workers=2))
            return
        backends = [free_port() for _ in range(self.servers)]
        for number, port in enumerate(backends, start=1):
            self.supervisor.start(web.web(f"web-{number}", port, workers=1))
        self.supervisor.wait_until(lambda: all(map(is_listened_to, backends)))
        user = choose_system_user(self.folder.postgres)
        self.supervisor.start(web.nginx(self.folder, self.port, backends, user))

    # Ready

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/"

    def _wait_for_answer(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        self.supervisor.wait_until(lambda: self._answers() or time.monotonic() > deadline)
        if time.monotonic() > deadline:
            raise CannotRun(
                f"The shop did not answer 200 at {self.url} within {SECONDS_TO_ANSWER} s, "
                f"at last: {self.answer}."
            )

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=10)
        try:
            connection.request("GET", "/")
            self.answer = f"HTTP {connection.getresponse().status}"
        except (OSError, http.client.HTTPException) as error:
            self.answer = str(error)
        finally:
            connection.close()
        return self.answer == "HTTP 200"

    def _welcome(self) -> None:
        sys.stdout.write(f"Ready: {self.url}\n")
        sys.stdout.flush()
        for line in WELCOME.format(url=self.url, folder=self.folder.path).splitlines():
            self.output.say("demo", line)
        self.supervisor.run(web.manage("api", "show_sandbox", self.url))


def read_number(variable: str, *, default: int, highest: int) -> int:
    """Read a number from the environment. Raises CannotRun unless it is between 1 and highest."""
    text = os.environ.get(variable) or str(default)
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= highest:
        return int(text)
    raise CannotRun(f"{variable} must be a whole number from 1 to {highest}, not {text!r}.")
