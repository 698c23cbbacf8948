"""Name known vulnerabilities of what the locks pin, by pip-audit.

    python -m deploy.audit_dependencies requirements.lock …

Exit codes: 0 where nothing is known, 1 where something is, 2 where pip-audit could not reach its
data, so that nothing can be said. An index without that data looks to pip-audit as an index
without vulnerabilities, so packages that it skips count as not judged.
"""

import json
import subprocess
import sys
from collections.abc import Sequence

CLEAN, VULNERABLE, UNKNOWN = 0, 1, 2
PIP_AUDIT = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip"]
AS_JSON = ["--format=json", "--progress-spinner=off"]
MAX_SECONDS = 300


def main(locks: Sequence[str]) -> int:
    """Audit the locks, print what was found, and return the exit code."""
    requirements = [f"--requirement={lock}" for lock in locks]
    try:
        answer = subprocess.run(
            [*PIP_AUDIT, *AS_JSON, *requirements],
            capture_output=True,
            text=True,
            timeout=MAX_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return report(f"pip-audit did not answer within {MAX_SECONDS} seconds.", UNKNOWN)
    return judge(answer.stdout, answer.stderr)


def judge(output: str, errors: str = "") -> int:
    """Report what pip-audit wrote; return the exit code."""
    try:
        packages = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        reason = (errors.strip() or "no reason was given").splitlines()[-1]
        return report(f"pip-audit could not reach its data: {reason[:300]}", UNKNOWN)
    vulnerable = [package for package in packages if package.get("vulns")]
    for package in vulnerable:
        report(describe(package), VULNERABLE)
    if vulnerable:
        return VULNERABLE
    skipped = sum("skip_reason" in package for package in packages)
    if skipped or not packages:
        text = f"pip-audit could not reach its data: {skipped} of {len(packages)} packages"
        return report(f"{text} are not judged.", UNKNOWN)
    return report(f"No known vulnerability in {len(packages)} packages.", CLEAN)


def describe(package: dict) -> str:
    """Return a line about a vulnerable package: the names, and the versions that mend them."""
    names = [", ".join([vuln["id"], *vuln.get("aliases", [])]) for vuln in package["vulns"]]
    fixes = {version for vuln in package["vulns"] for version in vuln.get("fix_versions", [])}
    mended = f"; mended in {', '.join(sorted(fixes))}" if fixes else ""
    return f"{package['name']} {package['version']}: {'; '.join(names)}{mended}"


def report(text: str, code: int) -> int:
    """Print a line, to the errors where something is wrong; return the code."""
    stream = sys.stderr if code else sys.stdout
    stream.write(f"{text}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
