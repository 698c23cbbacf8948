"""What the shop is made of: the locks, their hashes, and what an audit of them says."""

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from deploy import audit_dependencies
from deploy.audit_dependencies import CLEAN, UNKNOWN, VULNERABLE, judge

ROOT = settings.BASE_DIR
RUNNING, DEVELOPING = "requirements", "requirements-dev"
PYTHONS = ["3.11.7", "3.11.14", "3.12.12", "3.13.9", "3.14.1"]
PLATFORMS = [("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("darwin", "x86_64")]


def requirements(name: str) -> list[Requirement]:
    """Return what a file of direct requirements pins."""
    lines = [line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def locked(name: str) -> list[tuple[Requirement, list[str]]]:
    """Return each entry of a lock with its hashes."""
    text = re.sub(r"#.*", "", (ROOT / name).read_text()).replace("\\\n", " ")
    entries = [line.split("--hash=") for line in text.splitlines() if line.strip()]
    return [(Requirement(pin), [part.strip() for part in hashes]) for pin, *hashes in entries]


def pins(name: str, **environment: str) -> dict[str, str]:
    """Return the versions that a lock installs, by name, in an environment."""
    entries = [requirement for requirement, _ in locked(name)]
    chosen = [e for e in entries if e.marker is None or e.marker.evaluate(environment)]
    assert len({e.name for e in chosen}) == len(chosen), "one version of each package"
    return {canonicalize_name(e.name): str(e.specifier).removeprefix("==") for e in chosen}


@pytest.mark.parametrize("name", [RUNNING, DEVELOPING])
def test_the_lock_has_every_direct_requirement_as_it_is_pinned(name):
    installed = pins(f"{name}.lock")

    for requirement in requirements(f"{name}.txt"):
        pin = str(requirement.specifier).removeprefix("==")
        assert installed.get(canonicalize_name(requirement.name)) == pin, "run `make lock`"


def test_every_direct_requirement_is_pinned_exactly():
    for requirement in requirements(f"{RUNNING}.txt") + requirements(f"{DEVELOPING}.txt"):
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement


@pytest.mark.parametrize("name", [RUNNING, DEVELOPING])
def test_every_file_of_the_lock_has_a_hash(name):
    for requirement, hashes in locked(f"{name}.lock"):
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in hashes), requirement


def test_both_locks_install_the_same_versions():
    running, developing = pins(f"{RUNNING}.lock"), pins(f"{DEVELOPING}.lock")

    assert running.items() <= developing.items()


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(("system", "machine"), PLATFORMS)
def test_the_lock_has_what_its_packages_need(python, system, machine):
    """On each Python and platform: a marker that leaves one out would be refused by pip."""
    environment = {
        "python_full_version": python,
        "python_version": ".".join(python.split(".")[:2]),
        "sys_platform": system,
        "platform_machine": machine,
        "extra": "",
    }
    installed = pins(f"{RUNNING}.lock", **environment)

    for name in installed:
        for line in requires(name):
            needed = Requirement(line)
            if needed.marker and not needed.marker.evaluate(environment):
                continue
            version = installed.get(canonicalize_name(needed.name))
            assert version, f"{name} needs {needed}"
            assert needed.specifier.contains(Version(version), prereleases=True), (name, line)


def requires(name: str) -> list[str]:
    """Return what an installed package needs; nothing of one for another platform."""
    try:
        return distribution(name).requires or []
    except PackageNotFoundError:
        return []


# The audit


def package(name: str, **fields) -> dict:
    return {"name": name, "version": "1.0", **fields}


def audited(*packages: dict) -> int:
    return judge(json.dumps({"dependencies": packages, "fixes": []}))


def test_an_audit_without_a_finding_is_clean(capsys):
    assert audited(package("django", vulns=[]), package("redis", vulns=[])) == CLEAN
    assert capsys.readouterr().out == "No known vulnerability in 2 packages.\n"


def test_a_finding_is_named_with_the_version_that_mends_it(capsys):
    vuln = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": ["1.1"]}

    assert audited(package("django", vulns=[vuln]), package("x", skip_reason="?")) == VULNERABLE
    line = "django 1.0: PYSEC-2026-1, CVE-2026-1; mended in 1.1\n"
    assert capsys.readouterr().err == line


def test_an_index_without_data_is_no_clean_audit(capsys):
    skipped = package("django", skip_reason="Dependency not found on PyPI")

    assert audited(skipped, package("redis", vulns=[])) == UNKNOWN
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("pip-audit could not reach its data: 1 of 2 packages are not judged")


@pytest.mark.parametrize("output", ["", "no JSON", "{}"])
def test_an_audit_that_failed_says_why_in_one_line(capsys, output):
    assert judge(output, "Traceback …\nConnectionError: api.osv.dev") == UNKNOWN
    [line] = capsys.readouterr().err.splitlines()
    assert line == "pip-audit could not reach its data: ConnectionError: api.osv.dev"


def test_the_codes_of_the_audit_differ():
    assert len({CLEAN, VULNERABLE, UNKNOWN}) == 3
    assert Path(audit_dependencies.__file__).parent == ROOT / "deploy"
