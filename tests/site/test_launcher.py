"""The parts of start.py, one by one."""

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import check, chromium, console, packages, prepare, serve, state
from tests.programs import judges, node

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def start(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "start.py", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_taken_port_is_one_clear_sentence(taken_port: int) -> None:
    result = start("--port", str(taken_port))
    assert result.returncode == 1
    assert result.stdout.strip() == (
        f"Port {taken_port} is taken by another program; choose another one, for example: "
        f"python3 start.py --port {taken_port + 1}"
    )
    assert result.stderr == ""


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    result = start(f"--port={port}")
    assert result.returncode == 2
    assert f"a port is a number from 1 to 65535, not '{port}'" in result.stderr


def test_an_unknown_option_is_refused() -> None:
    assert start("--prot=8000").returncode == 2


def test_start_py_can_be_read_by_old_pythons() -> None:
    # No syntax younger than Python 3.6 may stand before the check of the version, or after it.
    source = (ROOT / "start.py").read_text()
    compile(source, "start.py", "exec", flags=0, dont_inherit=True)
    assert not {":=", 'f"', "match "} & {
        token for token in (":=", 'f"', "match ") if token in source
    }


def test_missing_ensurepip_names_the_debian_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(packages, "PYTHON", tmp_path / "none")
    monkeypatch.setattr(packages.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(console.Failure, match=r"install the package python3\.\d+-venv"):
        packages._make_venv(with_pip=True)


def test_no_permission_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(console.Failure, match="there is no permission to write there"):
        console.require_writable_checkout()


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.EACCES, "there is no permission to write there"),
        (errno.EROFS, "the disk can only be read"),
        (errno.ENOSPC, "the disk is full"),
    ],
)
def test_a_file_that_cannot_be_written_says_why(number: int, reason: str) -> None:
    failure = console.disk_failure(OSError(number, "raw", "/srv/course/.venv"))
    assert str(failure) == f"/srv/course/.venv cannot be written: {reason}."


def test_a_broken_environment_is_not_sound(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(packages, "PYTHON", broken)
    assert not packages._is_sound(with_pip=True)
    broken.write_text("not a program")
    assert not packages._is_sound(with_pip=False)
    monkeypatch.setattr(packages, "PYTHON", Path(sys.executable))
    assert packages._is_sound(with_pip=True)


class Installer:
    """Stands in for uv and pip in an environment of its own: notes what it installs, and how."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.runs: list[str] = []
        self.lock = folder / "requirements.txt"
        self.lock.write_text("django==5.2.19\n")
        self.site = folder / ".venv/lib/python3.11/site-packages"
        monkeypatch.setattr(packages, "ROOT", folder)
        monkeypatch.setattr(packages, "VENV", folder / ".venv")
        monkeypatch.setattr(packages, "STAMPS", folder / ".venv/.installed")
        monkeypatch.setattr(packages, "UNFINISHED", folder / ".venv/.installed/unfinished")
        monkeypatch.setattr(packages, "PYTHON", Path(sys.executable))
        monkeypatch.setattr(packages, "IS_WINDOWS", False)
        monkeypatch.setattr(packages, "program", lambda name: folder / name)
        monkeypatch.setattr(packages.shutil, "which", lambda _name: None)
        monkeypatch.setattr(packages, "run_quietly", self)

    def __call__(self, command: list[object], **_: object) -> None:
        self.runs.append("pip" if "pip" in command[:3] else "?")
        assert command[-3:] == ["--require-hashes", "-r", self.lock]
        (self.site / "django").mkdir(parents=True, exist_ok=True)
        (self.site / "pip-23.2.1.dist-info").mkdir(exist_ok=True)

    def installs(self) -> bool:
        before = len(self.runs)
        packages.install("requirements.txt")
        return len(self.runs) > before


@pytest.fixture
def installer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Installer:
    (tmp_path / ".venv").mkdir()
    return Installer(monkeypatch, tmp_path)


def test_packages_are_installed_once_for_a_lock(installer: Installer) -> None:
    assert installer.installs()
    assert not installer.installs()
    installer.lock.write_text("django==5.2.20\n")
    assert installer.installs()


def test_a_newer_pip_is_no_damage(installer: Installer) -> None:
    installer.installs()
    old = installer.site / "pip-23.2.1.dist-info"
    old.rename(old.with_name("pip-26.3.dist-info"))
    assert not installer.installs()


def test_a_lost_package_builds_the_environment_again(installer: Installer) -> None:
    installer.installs()
    (installer.site / "django").rmdir()
    (installer.site / "left over").mkdir()
    assert installer.installs()
    assert not (installer.site / "left over").exists()


def test_an_installation_that_was_cut_short_builds_the_environment_again(
    installer: Installer,
) -> None:
    installer.installs()
    packages.UNFINISHED.touch()
    (installer.site / "half").mkdir()
    assert installer.installs()
    assert not (installer.site / "half").exists()


@pytest.mark.parametrize(("status", "runs"), [(0, []), (1, ["pip"])])
def test_uv_installs_where_it_is_at_hand_and_pip_where_it_fails(
    installer: Installer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, status: int, runs: list
) -> None:
    uv = tmp_path / "uv"
    uv.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\nexit {status}\n')
    uv.chmod(0o755)
    monkeypatch.setattr(packages.shutil, "which", lambda _name: str(uv))
    packages.install("requirements.txt")
    assert installer.runs == runs
    assert (tmp_path / "arguments").read_text().split() == [
        *("pip", "install", "--quiet", "--compile-bytecode", "--python", sys.executable),
        *("--require-hashes", "-r", str(installer.lock)),
    ]
    assert not packages.UNFINISHED.exists()


def test_uv_that_the_lock_names_comes_first_and_installs_the_rest(
    installer: Installer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    locked = "uv==0.13.9 \\\n    --hash=sha256:aa\n    # via cx-course\n"
    installer.lock.write_text(f"asgiref==3.9\n{locked}zipp==4\n")

    def install_uv(command: list[object], **_: object) -> None:
        assert command[-3:-1] == ["--require-hashes", "-r"]
        assert Path(str(command[-1])).read_text() == locked
        uv = tmp_path / "uv"
        uv.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\n')
        uv.chmod(0o755)

    monkeypatch.setattr(packages, "run_quietly", install_uv)
    packages.install("requirements.txt")
    assert (tmp_path / "arguments").read_text().split()[-1] == str(installer.lock)
    assert not packages.UNFINISHED.exists()


def test_state_survives_a_restart_and_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    state.DoneSteps(path).record("migrate", "abc")
    again = state.DoneSteps(path)
    assert again.is_done("migrate", "abc")
    assert not again.is_done("migrate", "abd")
    again.forget("migrate", "sync")
    assert not state.DoneSteps(path).is_done("migrate", "abc")
    path.write_text("{ cut sho")
    assert state.DoneSteps(path).done == {}


def test_digest_sees_names_and_contents_but_no_caches(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(state, "ROOT", tmp_path)
    (tmp_path / "a.md").write_text("one")
    first = state.digest(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__/a.pyc").write_text("noise")
    assert state.digest(tmp_path) == first
    (tmp_path / "a.md").write_text("two")
    second = state.digest(tmp_path)
    (tmp_path / "a.md").rename(tmp_path / "b.md")
    assert len({first, second, state.digest(tmp_path)}) == 3


def test_unchanged_steps_are_skipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ran: list[str] = []
    monkeypatch.setattr(prepare, "manage", lambda command, _env, **_: ran.append(command[0]))
    monkeypatch.setattr(prepare, "DoneSteps", lambda: state.DoneSteps(tmp_path / "state.json"))
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    monkeypatch.setattr(prepare, "VAR", tmp_path)
    monkeypatch.setattr(prepare, "DATABASE", tmp_path / "db.sqlite3")
    monkeypatch.setattr(prepare, "digest", lambda *_: "mark")
    (tmp_path / "static").mkdir()
    (tmp_path / "static/staticfiles.json").touch()
    prepare.prepare({})
    assert ran == ["migrate", "sync_courses", "make_demo", "collectstatic"]
    ran.clear()
    (tmp_path / "db.sqlite3").touch()
    prepare.prepare({})
    assert ran == []
    (tmp_path / "db.sqlite3").unlink()
    prepare.prepare({})
    assert ran == ["migrate", "sync_courses", "make_demo"]
    ran.clear()
    (tmp_path / "db.sqlite3").touch()
    prepare.prepare({"DATABASE_URL": "postgresql://elsewhere/courses"})
    assert ran == ["migrate", "sync_courses", "make_demo"]


def test_secret_key_is_made_once_and_kept_private(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "secret-key"
    monkeypatch.setattr(serve, "SECRET_KEY_FILE", path)
    serve._secret_key_file()
    first = path.read_text()
    serve._secret_key_file()
    assert path.read_text() == first
    assert len(first) > 50
    if os.name != "nt":
        assert path.stat().st_mode & 0o777 == 0o600


def test_the_callers_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "mine")
    monkeypatch.setenv("DEBUG", "1")
    env = serve.site_environment()
    assert (env["SECRET_KEY"], env["DEBUG"]) == ("mine", "1")
    assert "SECRET_KEY_FILE" not in env


def test_a_named_chromium_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(chromium.VARIABLE, "/usr/local/bin/browser")
    assert chromium.find() == "/usr/local/bin/browser"


def test_headless_shell_is_preferred_and_chromium_will_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    suffix = ".exe" if os.name == "nt" else ""
    for name in ("chromium", chromium.SHELL):
        path = tmp_path / f"{name}{suffix}"
        path.touch(0o755)
        assert chromium.find() == str(path)


REPORT = """{"result": 0, "sessions": [
    {"name": "lint", "signatures": [], "result": "failed", "reason": null, "duration": 1.26},
    {"name": "sqlite", "signatures": ["sqlite(check)"], "result": "success", "reason": null,
     "duration": 61.0},
    {"name": "postgresql", "signatures": ["postgresql(check)"], "result": "aborted",
     "reason": "No PostgreSQL was found.\\nInstall one.", "duration": 0.5}
]}"""


def test_the_table_gives_each_step_its_verdict_time_and_reason() -> None:
    assert list(check.table(REPORT)) == [
        "FAILED      1.3 s  lint",
        "passed     61.0 s  sqlite(check)",
        "FAILED      0.5 s  postgresql(check)  No PostgreSQL was found.",
        "",
        "3 steps in 63 s: 2 failed",
    ]


def test_packages_of_node_are_installed_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    runs = []

    def npm(_command: object, *, cwd: Path, **_more: object) -> None:
        runs.append(cwd)
        (cwd / "node_modules").mkdir()

    monkeypatch.setattr(node, "CACHE", tmp_path)
    monkeypatch.setattr(node, "run_quietly", npm)
    folder = node.packages()
    assert node.packages() == folder
    assert len(runs) == 1
    assert list(tmp_path.iterdir()) == [folder]
    assert (folder / "node_modules").is_dir()
    assert (folder / "package-lock.json").exists()


def test_packages_of_node_that_cannot_be_had_leave_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(node, "CACHE", tmp_path)
    monkeypatch.setattr(node, "program", lambda _name: "false")
    with pytest.raises(console.Failure, match="tests/node could not be installed"):
        node.packages()
    assert list(tmp_path.iterdir()) == []


def test_the_lock_of_node_names_no_place() -> None:
    assert "resolved" not in (node.SOURCE / "package-lock.json").read_text()


def test_an_environment_of_judges_that_cannot_be_made_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(judges, "CACHE", tmp_path)
    monkeypatch.setattr(judges, "_uv", lambda: "false")
    with pytest.raises(console.Failure, match=r"platforms.txt could not be installed"):
        judges.python("platforms")
    assert list(tmp_path.iterdir()) == []
