"""Names of modules: aliases, modules reached through other modules, constants. Data only."""

from __future__ import annotations

import string

from guard.parse.python.values import NOTHING, Object, Ref, Unknown, Value
from guard.parse.reading import UNKNOWN

__all__ = ["BUILTINS", "DANGEROUS_MODULES", "canonical", "constant", "of_unknown_module"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Another name -> the name used here.
_ALIASES = {
    "posix": "os",
    "nt": "os",
    "posixpath": "os.path",
    "ntpath": "os.path",
    "genericpath": "os.path",
    "__builtin__": "builtins",
    "__builtins__": "builtins",
    "_io": "io",
    "_socket": "socket",
    "_pickle": "pickle",
    "cPickle": "pickle",
    "dill": "pickle",
    "cloudpickle": "pickle",
    "commands": "subprocess",
    "subprocess32": "subprocess",
    "asyncio.subprocess": "asyncio",
    "asyncio.events": "asyncio",
    "asyncio.runners": "asyncio",
    "asyncio.base_events": "asyncio",
    "importlib._bootstrap": "importlib",
    "requests.api": "requests",
    "requests.sessions": "requests",
    "httpx._api": "httpx",
    "pip._vendor.requests": "requests",
    "urllib2": "urllib.request",
    "six.moves.urllib.request": "urllib.request",
    "urllib.request.urllib.request": "urllib.request",
    "httplib": "http.client",
    "paramiko.client": "paramiko",
    "paramiko.transport": "paramiko",
    "multiprocess": "multiprocessing",
    "_thread": "threading",
    "thread": "threading",
    "gevent.subprocess": "subprocess",
    "eventlet.green.subprocess": "subprocess",
    "gevent.socket": "socket",
    "pathlib2": "pathlib",
    "StringIO": "io",
    "_codecs": "codecs",
    "_ctypes": "ctypes",
    "_operator": "operator",
    "curl_cffi.requests": "requests",
    "cloudscraper": "requests",
    "anyio": "asyncio",
    "trio": "asyncio",
}
# Modules that other modules are likely to carry along as an attribute: `subprocess.os`.
_CARRIED = _words(
    """os sys subprocess socket builtins importlib shutil pty io codecs base64 ctypes pickle
    signal select threading types inspect urllib http requests tempfile pathlib re json glob
    platform operator functools"""
)
_SUBMODULES = _words(
    """os.path urllib.request urllib.parse urllib.error http.client http.server http.cookiejar
    importlib.util importlib.machinery importlib.resources importlib.metadata concurrent.futures
    xml.etree asyncio.subprocess"""
)
BUILTINS = _words(
    """open exec eval compile __import__ getattr setattr delattr hasattr globals locals vars dir
    print input chr ord bytes bytearray str int float bool complex list tuple dict set frozenset
    map     filter zip reversed sorted enumerate range len min max sum abs repr ascii hex oct bin
    format divmod pow round any all type object isinstance issubclass callable id hash iter
    next slice super property staticmethod classmethod get_ipython
    breakpoint memoryview exit quit help execfile unichr raw_input
    basestring unicode long xrange reduce"""
)
# A function of these that cannot be named makes a call that cannot be judged.
DANGEROUS_MODULES = frozenset({"os", "subprocess", "builtins", "pty", "importlib", "sys"})

_TAILS = {
    "system": "os.system",
    "popen": "os.popen",
    "spawn": "pty.spawn",
    "Popen": "subprocess.Popen",
    "run": "subprocess.run",
    "call": "subprocess.call",
    "check_call": "subprocess.check_call",
    "check_output": "subprocess.check_output",
    "getoutput": "subprocess.getoutput",
    "exec": "builtins.exec",
    "eval": "builtins.eval",
}

# The request that is being answered, in frameworks that keep it in a global.
_REQUESTS = _words("flask.request quart.request bottle.request")

_CONSTANTS: dict[str, Value] = {
    "sys.executable": "python3",
    "sys.platform": "linux",
    "os.sep": "/",
    "os.path.sep": "/",
    "os.linesep": "\n",
    "os.pathsep": ":",
    "os.devnull": "/dev/null",
    "os.curdir": ".",
    "os.pardir": "..",
    "os.name": "posix",
    "sys.argv": NOTHING,
    "sys.stdin": Unknown("stdin"),
    "subprocess.PIPE": -1,
    "subprocess.STDOUT": -2,
    "subprocess.DEVNULL": -3,
    "string.ascii_letters": string.ascii_letters,
    "string.ascii_lowercase": string.ascii_lowercase,
    "string.ascii_uppercase": string.ascii_uppercase,
    "string.digits": string.digits,
    "string.hexdigits": string.hexdigits,
    "string.octdigits": string.octdigits,
    "string.printable": string.printable,
    "string.punctuation": string.punctuation,
    "string.whitespace": string.whitespace,
    "signal.SIGKILL": 9,
    "signal.SIGTERM": 15,
    "signal.SIGSTOP": 19,
    "signal.SIGINT": 2,
    "signal.SIGHUP": 1,
}


def canonical(name: str) -> str:
    """Return the one name used here for a dotted name."""
    if name in _SUBMODULES:
        return name
    head, _, tail = name.rpartition(".")
    if head and tail in _CARRIED and head not in ("builtins", tail) and head[0] != UNKNOWN:
        return tail
    if name in _ALIASES:
        return _ALIASES[name]
    first, _, rest = name.partition(".")
    if rest and first in _ALIASES:
        return f"{_ALIASES[first]}.{rest}"
    if head in _ALIASES:
        return f"{_ALIASES[head]}.{tail}"
    return name


def constant(name: str) -> Value:
    """Return the value of a name that is a constant, or a `Ref` to it."""
    if name in _REQUESTS:
        return Object("asked")
    return _CONSTANTS[name] if name in _CONSTANTS else Ref(name)


def of_unknown_module(attribute: str) -> Value:
    """What an attribute of a module that nobody knows is likely to be."""
    return Ref(_TAILS[attribute]) if attribute in _TAILS else NOTHING
