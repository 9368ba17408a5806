"""Find or install libtorch 2.4.0 (CPU) and print its folder. Standard library and pip only.

Order: $LIBTORCH; the per-user cache; PyTorch's own CPU wheels; the CUDA wheel of the configured package index, of
which only the CPU libraries are kept. Downloads resume, show progress, and are checked by sha256 before use.
Writes .cargo/config.toml, so that plain `cargo` works from then on.
"""

import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

VERSION = "2.4.0"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
TAG = f"cp{sys.version_info.major}{sys.version_info.minor}"
# Wheels of the package index: name, sha256, the members to keep (rust-bert 0.23 needs libtorch 2.4.0 exactly).
# The Python tag does not matter for C++ libraries, so one wheel serves every Python.
INDEX_WHEELS = [
    ("torch-2.4.0-cp311-cp311-manylinux1_x86_64.whl", "e743adadd8c8152bb8373543964551a7cb7cc20ba898dc8f9c0cdbe47c283de0",
     r"torch/(include/.*|lib/(libtorch_cpu|libc10)\.so|lib/libgomp-.*)"),
    ("nvidia_cuda_cupti_cu12-12.1.105-py3-none-manylinux1_x86_64.whl",
     "e54fde3983165c624cb79254ae9818a456eb6e87a7fd4d56a2352c24ee542d7e", r"nvidia/cuda_cupti/lib/libcupti\.so\.12"),
    ("nvidia_cuda_runtime_cu12-12.1.105-py3-none-manylinux1_x86_64.whl",
     "6e258468ddf5796e25f1dc591a31029fa317d97a0a94ed93468fc86301d61e40", r"nvidia/cuda_runtime/lib/libcudart\.so\.12"),
]
CPU_MEMBERS = r"torch/(include/.*|lib/(libtorch_cpu|libc10|libtorch)\.so|lib/libgomp-.*)"


def fail(cause, remedy):
    sys.exit(f"libtorch: {cause}\n  {remedy}")


def default_index():
    if url := os.environ.get("PIP_INDEX_URL"):
        return url
    try:
        asked = subprocess.run([sys.executable, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True)
        if asked.returncode == 0 and asked.stdout.strip():
            return asked.stdout.strip()
        from pip._internal.models.index import PyPI
        return PyPI.simple_url
    except ImportError:
        fail("pip is missing", "install it, on Debian: apt-get install python3-pip")


def find_wheel(index, package, pattern):
    """(url, sha256 or None) of the first file on the package's index page whose name matches."""
    page_url = f"{index.rstrip('/')}/{package}/"
    request = urllib.request.Request(page_url, headers={"Accept": "text/html"})
    with urllib.request.urlopen(request, timeout=30) as page:
        text, base = page.read().decode(), page.geturl()
    for href in map(html.unescape, re.findall(r'href="([^"]+)"', text)):
        url, _, fragment = urllib.parse.urljoin(base, href).partition("#")
        if re.fullmatch(pattern, urllib.parse.unquote(url.rsplit("/", 1)[1])):
            return url, fragment.removeprefix("sha256=") or None
    raise FileNotFoundError(f"no file matching {pattern} in the index of {package}")


def download(url, sha256, folder):
    """The file at `url` in `folder`; a broken download goes on where it stopped."""
    name = urllib.parse.unquote(url.rsplit("/", 1)[1])
    done, part = folder / name, folder / (name + ".part")
    for _ in range(5):
        if done.exists():
            break
        have = part.stat().st_size if part.exists() else 0
        request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                resumed = answer.status == 206
                total = int(answer.headers.get("Content-Length") or 0) + (have if resumed else 0)
                got = have if resumed else 0
                with open(part, "ab" if resumed else "wb") as out:
                    while chunk := answer.read(1 << 20):
                        out.write(chunk)
                        got += len(chunk)
                        progress(name, got, total)
            if got >= total:
                part.rename(done)
        except urllib.error.HTTPError as error:
            if error.code != 416:
                raise
            part.rename(done)
        except (OSError, TimeoutError) as error:
            print(f"\n  interrupted ({error}); resuming", file=sys.stderr)
    if not done.exists():
        fail(f"{name} could not be downloaded", "check the network and run the command again: it resumes")
    digest = hashlib.sha256()
    with open(done, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    if digest.hexdigest() != sha256:
        done.unlink()
        fail(f"{name} has sha256 {digest.hexdigest()}, expected {sha256}", "run the command again to download it afresh")
    return done


def progress(name, got, total):
    if sys.stderr.isatty():
        filled = 30 * got // max(total, 1)
        print(f"\r  {name[:32]:32} [{'#' * filled:30}] {got >> 20:4}/{total >> 20} MB", end="", file=sys.stderr)
        if got >= total:
            print(file=sys.stderr)
    elif got >= total:
        print(f"  {name}: {got >> 20} MB", file=sys.stderr)


def unpack(wheel, members, root):
    with zipfile.ZipFile(wheel) as archive:
        for info in archive.infolist():
            if not info.is_dir() and re.fullmatch(members, info.filename):
                inside = info.filename.removeprefix("torch/")
                target = root / (inside if inside.startswith("include/") else f"lib/{Path(inside).name}")
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(info) as source, open(target, "wb") as out:
                    shutil.copyfileobj(source, out)


def install(cache):
    """Fill the cache folder; it appears whole, by one rename."""
    downloads, fresh = cache / "downloads", cache / f"libtorch-{VERSION}.new"
    downloads.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        url, sha256 = find_wheel(CPU_INDEX, "torch", rf"torch-{VERSION}\+cpu-{TAG}-.*linux_x86_64\.whl")
        if sha256 is None:
            raise FileNotFoundError("PyTorch's index gives no checksum")
        unpack(download(url, sha256, downloads), CPU_MEMBERS, fresh)
    except (OSError, FileNotFoundError) as error:
        print(f"  PyTorch's own wheels are not available ({error}); using the package index", file=sys.stderr)
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            for name, sha256, members in INDEX_WHEELS:
                package = name.split("-")[0].replace("_", "-")
                url, _ = find_wheel(default_index(), package, re.escape(name))
                unpack(download(url, sha256, downloads), members, fresh)
        except OSError as error:
            fail(f"no package index can be reached ({error})", "connect to the network, or set LIBTORCH to an unpacked libtorch 2.4.0")
        # The CPU part is enough; libtorch.so is the name that build scripts link against.
        (fresh / "lib/libtorch.so").write_text("INPUT(-ltorch_cpu)\n")
    (fresh / "build-version").write_text(f"{VERSION}+cpu\n")
    fresh.rename(cache / f"libtorch-{VERSION}")
    shutil.rmtree(downloads)


def main():
    if not (shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")):
        fail("no C++ compiler found", "install one, on Debian: apt-get install g++")
    abi = os.environ.get("LIBTORCH_CXX11_ABI")
    if given := os.environ.get("LIBTORCH"):
        root = Path(given)
        if not (root / "lib").is_dir():
            fail(f"LIBTORCH={given} has no lib folder", "point it to an unpacked libtorch 2.4.0, or unset it")
    else:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "standpunt"
        root = cache / f"libtorch-{VERSION}"
        abi = "0"  # PyTorch's Linux wheels are built without the C++11 ABI
        if not root.is_dir():
            print("Setting up libtorch (once per user):", file=sys.stderr)
            install(cache)
    config = Path(__file__).resolve().parent.parent / ".cargo/config.toml"
    lines = ["# Written by scripts/libtorch.py: where libtorch is.", "[env]", f"LIBTORCH = {json.dumps(str(root))}"]
    if abi is not None:
        lines.append(f'LIBTORCH_CXX11_ABI = "{abi}"')
    text = "\n".join(lines) + "\n"
    config.parent.mkdir(exist_ok=True)
    if not config.exists() or config.read_text() != text:
        config.write_text(text)
    print(root)


main()
