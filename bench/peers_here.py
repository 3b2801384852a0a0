"""What the comparison needs on this machine: the other programs, each pinned, and a place for the input."""

import glob
import pathlib
import shutil
import subprocess
import sys
import venv

import works

CACHE = pathlib.Path.home() / ".cache/tequio/bench"
PYTHON = CACHE / "venv/bin/python"
NODE = CACHE / "node"
DATA = CACHE / "compare"


def install():
    """Installs what is missing of the pinned packages; answers what could not be installed, and why."""
    if not PYTHON.exists():
        venv.create(CACHE / "venv", with_pip=True)
    missing = {}
    for name, packages in {"base": works.BASE, **{peer: peer_of[0] for peer, peer_of in works.PEERS.items()}}.items():
        if not installed(packages):
            done = subprocess.run([PYTHON, "-m", "pip", "install", "-q", *packages], capture_output=True, text=True)
            if done.returncode:
                missing[name] = done.stderr.strip().splitlines()[-1]
    if "base" in missing:
        sys.exit(f"the input cannot be made: {missing['base']}")
    if why := no_postgis():
        missing["postgis"] = why
    if why := no_supercluster():
        missing["supercluster"] = why
    return missing


def installed(packages):
    wanted = dict(package.split("==") for package in packages)
    code = f"from importlib.metadata import version as v\nassert all(v(p) == w for p, w in {wanted!r}.items())"
    return subprocess.run([PYTHON, "-c", code], capture_output=True).returncode == 0


def no_postgis():
    """Why PostGIS cannot be asked; None where the packages of Debian are."""
    here = glob.glob("/usr/share/postgresql/*/extension/postgis.control") and shutil.which("setpriv")
    return None if here else "it is not installed (on Debian: apt-get install postgresql-15-postgis-3)"


def no_supercluster():
    """Puts the peer and its packages where Node.js finds them; says why it cannot."""
    if not shutil.which("npm"):
        return "Node.js and npm are not installed"
    shutil.copytree(pathlib.Path(__file__).parent / "peers/node", NODE, dirs_exist_ok=True)
    done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=NODE, capture_output=True, text=True)
    return (done.stderr.strip().splitlines() or ["npm failed"])[-1] if done.returncode else None


def forget(size):
    """Takes the input of a size away again."""
    shutil.rmtree(DATA / f"raw/{size}", ignore_errors=True)
    for path in DATA.glob(f"*_{size}*"):
        path.unlink()
