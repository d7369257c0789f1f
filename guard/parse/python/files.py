"""Python calls that read, write or delete files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guard.parse.addresses import split_url
from guard.parse.python import fold
from guard.parse.python.pure import fold_call
from guard.parse.python.tampering import environment
from guard.parse.python.values import (
    NOTHING,
    Bound,
    Call,
    Handler,
    Object,
    Unknown,
    Value,
    joined_path,
    origins,
    text_of,
)
from guard.parse.reading import UNKNOWN

if TYPE_CHECKING:
    from guard.parse.python.context import Context

__all__ = [
    "FUNCTIONS",
    "METHODS",
    "delete",
    "make_path",
    "path_attribute",
    "read",
    "unpickled",
    "write",
]

_LONGEST_CONTENT = 4096


def read(context: Context, value: Value) -> None:
    """A file is read; where the path is a URL, it is fetched."""
    path = text_of(value)
    if "://" in path:
        url = split_url(path)
        if url and url.scheme not in ("file",):
            from guard.parse.python.network import fetch

            fetch(context, path)
            return
        path = url.path if url else path
    context.add({"kind": "file.read", "program": "python", "path": context.path(path)})


def write(
    context: Context,
    value: Value,
    *,
    append: bool = False,
    content: str | None = None,
    mode: str = "",
) -> Any:
    """A file is written."""
    operation: dict[str, Any] = {
        "kind": "file.write",
        "program": "python",
        "path": context.path(value),
    }
    if append:
        operation["append"] = True
    if content is not None:
        context.files[operation["path"]] = content
        context.interpreter.changes += 1
        if len(content) <= _LONGEST_CONTENT:
            operation["content"] = content
    if mode:
        operation["mode"] = mode
    return context.add(operation)


def delete(context: Context, value: Value, *, recursive: bool = False) -> None:
    """A file or a folder is deleted."""
    operation: dict[str, Any] = {
        "kind": "file.delete",
        "program": "python",
        "path": context.path(value),
    }
    if recursive:
        operation["recursive"] = True
    context.add(operation)


# open and what it returns


def _open(context: Context, call: Call) -> Value:
    path = call.get(0, "file", "path", "filename", "name")
    mode = call.get(1, "mode", default="r")
    return _opened(context, path, mode)


def _opened(context: Context, path: Value, mode: Value) -> Object:
    if isinstance(path, int):
        return Object("file", {"path": f"fd {path}"})
    letters = mode if isinstance(mode, str) else "r+"
    handle = Object("file", {"path": context.path(path), "text": ""})
    if isinstance(path, Unknown) and path.origin:
        handle.fields["origin"] = path.origin
    if any(letter in letters for letter in "wax+"):
        handle.fields["operation"] = write(context, path, append="a" in letters)
    if not any(letter in letters for letter in "wax"):
        read(context, path)
    return handle


def _os_open(context: Context, call: Call) -> Value:
    import ast

    flags = ast.dump(call.node.args[1]) if call.node and len(call.node.args) > 1 else ""
    writes = any(word in flags for word in ("O_WRONLY", "O_RDWR", "O_APPEND", "O_CREAT", "O_TRUNC"))
    return _opened(context, call.get(0, "path"), "w" if writes else "r")


def _written(context: Context, call: Call) -> Value:
    """handle.write(text): the text is remembered, other programs may run it."""
    handle = call.args[0]
    return _note_content(context, handle, call.get(1))


def _note_content(context: Context, handle: Value, value: Value) -> Value:
    if not isinstance(handle, Object):
        return NOTHING
    if isinstance(value, list | tuple):
        value = "".join(fold.as_text(item) for item in value)
    if isinstance(value, bytes | bytearray):
        value = bytes(value).decode("utf-8", "replace")
    text = value if isinstance(value, str) else UNKNOWN
    whole = handle.fields.get("text", "") + text
    if len(whole) > context.budget.limits.string:
        return NOTHING
    handle.fields["text"] = whole
    path = handle.fields.get("path")
    if isinstance(path, str):
        context.files[path] = whole
        context.interpreter.changes += 1
    operation = handle.fields.get("operation")
    if operation is not None and len(whole) <= _LONGEST_CONTENT:
        operation["content"] = whole
    return len(text)


def _os_write(context: Context, call: Call) -> Value:
    return _note_content(context, call.get(0), call.get(1))


def _print(context: Context, call: Call) -> Value:
    """print(text, file=handle)."""
    handle = call.keywords.get("file")
    if isinstance(handle, Object) and handle.kind == "file":
        _note_content(context, handle, " ".join(fold.as_text(arg) for arg in call.args) + "\n")
    return None


def _dumped(context: Context, call: Call) -> Value:
    """json.dump(value, handle), pickle.dump, torch.save, joblib.dump."""
    target = call.get(1, "fp", "file", "f", "filename")
    if isinstance(target, str) or (isinstance(target, Object) and target.kind == "path"):
        write(context, target)
    elif call.name == "json.dump" and isinstance(target, Object) and target.kind == "file":
        _note_content(context, target, fold_call("json.dumps", [call.get(0, "obj")], {}))
    return None


def _loaded(context: Context, call: Call) -> Value:
    if call.name in ("torch.load", "joblib.load") and call.keywords.get("weights_only") is not True:
        unpickled(context, call, told=call.keywords.get("weights_only") is False)
    target = call.get(0, "fp", "file", "f", "filename")
    if isinstance(target, str) or (isinstance(target, Object) and target.kind == "path"):
        read(context, target)
    return _content_of(call)


def unpickled(context: Context, call: Call, *, told: bool) -> None:
    """Data in a form that runs code when it is loaded; `told`: the call itself allows that."""
    fetched = not {"http", "socket"}.isdisjoint(origins(call.get(0)))
    if fetched and (told or call.name == "joblib.load"):
        context.hide(
            "unknown_code",
            "high",
            "serialised data from the network is loaded, which can run anything",
        )


def _content_of(call: Call) -> Value:
    target = call.get(0)
    for origin in sorted(origins(target)):
        return Unknown(origin)
    path = text_of(target)
    return Unknown(f"file:{path}") if path != UNKNOWN else NOTHING


def _handle_read(context: Context, call: Call) -> Value:
    handle = call.args[0]
    path = handle.fields.get("path", UNKNOWN)
    known = context.files.get(path)
    if known and UNKNOWN not in known:
        return known
    return Unknown(f"file:{path}")


# Paths


def make_path(_context: Context, call: Call) -> Value:
    """Path("a", "b")."""
    parts = [fold.as_text(arg) for arg in call.args]
    return Object("path", {"path": joined_path(parts) if parts else "."})


def path_attribute(owner: Object, name: str) -> Value:
    """Attributes of pathlib's paths."""
    text = text_of(owner)
    folder, _, last = text.rpartition("/")
    if name == "parent":
        return Object("path", {"path": folder or ("/" if text.startswith("/") else ".")})
    if name == "name":
        return last
    if name == "stem":
        return last.rpartition(".")[0] or last
    if name == "suffix":
        return "." + last.rpartition(".")[2] if "." in last else ""
    if name == "parts":
        return tuple(text.split("/"))
    return Bound(owner, name)


def _path_method(context: Context, call: Call) -> Value:
    owner, name = call.args[0], call.name
    if name in ("joinpath", "with_name", "relative_to", "with_suffix", "__truediv__"):
        more = [fold.as_text(arg) for arg in call.args[1:]]
        base = text_of(owner)
        if name == "with_name":
            base = base.rpartition("/")[0]
        elif name == "with_suffix":
            return Object("path", {"path": base.rpartition(".")[0] + (more[0] if more else "")})
        elif name == "relative_to":
            return owner
        return Object("path", {"path": joined_path([base, *more])})
    if name in ("expanduser", "resolve", "absolute", "as_posix", "__str__", "__fspath__"):
        return text_of(owner) if name[0] == "_" or name == "as_posix" else owner
    if name in ("read_text", "read_bytes"):
        read(context, owner)
        return _handle_read(context, Call("", [Object("file", {"path": context.path(owner)})], {}))
    if name in ("write_text", "write_bytes"):
        value = call.get(1, "data")
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        write(context, owner, content=value if isinstance(value, str) else None)
    elif name == "open":
        return _opened(context, owner, call.get(1, "mode", default="r"))
    elif name in ("unlink", "rmdir"):
        delete(context, owner)
    elif name in ("rename", "replace"):
        delete(context, owner)
        write(context, call.get(1, "target"))
    elif name in ("chmod", "lchmod"):
        _mode_set(context, call)
    elif name in ("mkdir", "touch", "symlink_to", "hardlink_to", "link_to"):
        write(context, owner)
    elif name in ("iterdir", "glob", "rglob", "walk"):
        read(context, owner)
        return _listing(call.text(1, "pattern") if "glob" in name else "*", owner, name)
    return NOTHING


def _listing(pattern: str, folder: Value = None, name: str = "") -> Value:
    """Paths that a pattern finds: each stands as the pattern itself, like one of the shell's."""
    if name == "walk":
        names = Object("listing", {"item": "*"})
        return Object("listing", {"item": (folder, names, names)})
    if pattern == UNKNOWN:
        return NOTHING
    if folder is None:
        return Object("listing", {"item": pattern})
    found = joined_path([text_of(folder), pattern])
    return Object("listing", {"item": Object("path", {"path": found})})


# Functions of os and shutil


def _reads(context: Context, call: Call) -> Value:
    read(context, call.get(0, "path", "filename", "file", "src", "top", "pathname", "io", "fname"))
    return _content_of(call)


def _lists(context: Context, call: Call) -> Value:
    if call.args or call.keywords:
        read(context, call.get(0, "path", "top", "pathname"))
    if call.name.startswith("glob."):
        return _listing(call.text(0, "pathname"))
    if call.name == "os.listdir":
        return _listing("*")
    if call.name.endswith("walk"):
        return _listing("*", call.get(0, "top"), "walk")
    return NOTHING


def _writes(context: Context, call: Call) -> Value:
    write(context, call.get(0, "path", "name", "file", "filename", "fname"))
    return NOTHING


def _mode_set(context: Context, call: Call) -> Value:
    """os.chmod(path, mode), Path(...).chmod(mode): only the access rights change."""
    bits = call.get(1, "mode")
    mode = format(bits, "o") if isinstance(bits, int) and bits >= 0 else UNKNOWN
    write(context, call.get(0, "path", "fd"), mode=mode)
    return None


def _writes_second(context: Context, call: Call) -> Value:
    write(context, call.get(1, "dst", "f", "path", "filename"))
    return NOTHING


def _deletes(context: Context, call: Call) -> Value:
    delete(context, call.get(0, "path", "name"), recursive=call.name.endswith("rmtree"))
    return None


def _moves(context: Context, call: Call) -> Value:
    source, target = call.get(0, "src"), call.get(1, "dst")
    delete(context, source)
    write(context, target, content=context.files.get(context.path(source)))
    return NOTHING


def _copies(context: Context, call: Call) -> Value:
    source, target = call.get(0, "src"), call.get(1, "dst")
    if isinstance(source, Object) and source.kind == "file":
        return None
    read(context, source)
    write(context, target, content=context.files.get(context.path(source)))
    return NOTHING


def _archive(context: Context, call: Call) -> Value:
    mode = call.get(1, "mode", default="r")
    handle = _opened(context, call.get(0, "file", "name"), mode)
    return Object("archive", dict(handle.fields)) if isinstance(handle, Object) else handle


def _extracted(context: Context, call: Call) -> Value:
    """extractall(path), extract(member, path)."""
    at = 1 if call.name == "extractall" else 2
    write(context, call.get(at, "path", default=None) or ".")
    return NOTHING


def _archived(context: Context, call: Call) -> Value:
    """write(path), add(path): a file goes into the archive."""
    read(context, call.get(1, "filename", "name"))
    return NOTHING


def _temporary(context: Context, _call: Call) -> Value:
    path = f"/tmp/{UNKNOWN}"  # noqa: S108
    operation = write(context, path)
    return Object("file", {"path": path, "name": path, "text": "", "operation": operation})


def _temporary_name(context: Context, call: Call) -> Value:
    folder = call.keywords.get("dir")
    path = f"{text_of(folder) if folder else '/tmp'}/{UNKNOWN}"  # noqa: S108
    if folder:
        write(context, path)
    return (NOTHING, path) if call.name.endswith("mkstemp") else path


def _log_file(context: Context, call: Call) -> Value:
    if "filename" in call.keywords:
        write(context, call.keywords["filename"], append=True)
    return None


def _edited(context: Context, call: Call) -> Value:
    """fileinput.input(files, inplace=True)."""
    files = call.get(0, "files")
    for path in files if isinstance(files, list | tuple) else [files]:
        read(context, path)
        if call.keywords.get("inplace"):
            write(context, path)
    return _content_of(call)


def _change_folder(context: Context, call: Call) -> Value:
    context.cwd = context.path(call.get(0, "path"))
    return None


def _join(_context: Context, call: Call) -> Value:
    return joined_path([text_of(arg) for arg in call.args])


def _expand(_context: Context, call: Call) -> Value:
    return call.text(0, "path") if call.args or call.keywords else NOTHING


def _base(_context: Context, call: Call) -> Value:
    return call.text(0, "p").rpartition("/")[2]


def _folder(_context: Context, call: Call) -> Value:
    return call.text(0, "p").rpartition("/")[0]


def _method_write(context: Context, call: Call) -> Value:
    """`frame.to_csv("out.csv")`, `figure.savefig("x.png")` on things nobody knows."""
    target = call.get(1, "path_or_buf", "fname", "path", "excel_writer")
    if isinstance(target, str) or (isinstance(target, Object) and target.kind == "path"):
        write(context, target)
    return NOTHING


def _environ_get(context: Context, call: Call) -> Value:
    name = call.get(0, "key")
    if isinstance(name, str) and name in context.environment:
        return context.environment[name]
    default = call.get(1, "default", default=None)
    from guard.parse.python.values import either

    return Unknown("env") if default is None else either([default, Unknown("env")])


def _environ_set(context: Context, call: Call) -> Value:
    environment(context, call.text(0), call.text(1))
    return call.get(1)


def _environ_update(context: Context, call: Call) -> Value:
    given = call.get(0)
    for name, value in {**(given if isinstance(given, dict) else {}), **call.keywords}.items():
        environment(context, str(name), text_of(value))
    return None


def _names(handler: Handler, names: str) -> dict[str, Handler]:
    return dict.fromkeys(names.split(), handler)


FUNCTIONS: dict[str, Handler] = {
    **_names(
        _open,
        """builtins.open io.open codecs.open gzip.open bz2.open lzma.open aiofiles.open io.FileIO
        builtins.file tokenize.open os.fdopen""",
    ),
    "os.open": _os_open,
    "os.write": _os_write,
    "builtins.print": _print,
    **_names(
        _dumped, "json.dump pickle.dump yaml.dump toml.dump torch.save joblib.dump marshal.dump"
    ),
    **_names(
        _loaded,
        """json.load torch.load joblib.load numpy.load numpy.loadtxt numpy.genfromtxt
        pandas.read_csv pandas.read_json pandas.read_excel pandas.read_parquet pandas.read_table
        pandas.read_html pandas.read_xml pandas.read_feather PIL.Image.open cv2.imread
        toml.load tomllib.load configparser.read scipy.io.loadmat polars.read_csv
        polars.read_parquet soundfile.read imageio.imread matplotlib.pyplot.imread""",
    ),
    **_names(
        make_path,
        """pathlib.Path pathlib.PosixPath pathlib.PurePath pathlib.PurePosixPath
        py.path.local""",
    ),
    "pathlib.Path.home": lambda context, _: Object("path", {"path": context.home}),
    "pathlib.Path.cwd": lambda context, _: Object("path", {"path": context.cwd or "."}),
    **_names(_reads, "linecache.getline linecache.getlines os.readlink mmap.mmap"),
    **_names(_edited, "fileinput.input fileinput.FileInput"),
    **_names(_lists, "os.listdir os.scandir os.walk glob.glob glob.iglob os.fwalk"),
    **_names(
        _writes,
        """os.mkdir os.makedirs os.mkfifo os.mknod os.chown os.lchown os.truncate os.utime
        os.setxattr numpy.save numpy.savez numpy.savetxt numpy.savez_compressed
        matplotlib.pyplot.savefig cv2.imwrite shutil.make_archive shutil.chown imageio.imwrite
        shelve.open dbm.open h5py.File logging.FileHandler
        logging.handlers.RotatingFileHandler soundfile.write""",
    ),
    **_names(_mode_set, "os.chmod os.lchmod os.fchmod"),
    **_names(_writes_second, "os.symlink os.link"),
    **_names(
        _deletes, "os.remove os.unlink os.rmdir os.removedirs shutil.rmtree send2trash.send2trash"
    ),
    **_names(_moves, "os.rename os.renames os.replace shutil.move"),
    **_names(
        _copies,
        """shutil.copy shutil.copy2 shutil.copyfile shutil.copytree shutil.copymode
        shutil.unpack_archive""",
    ),
    **_names(_archive, "zipfile.ZipFile tarfile.open tarfile.TarFile"),
    **_names(
        _temporary,
        "tempfile.NamedTemporaryFile tempfile.TemporaryFile tempfile.SpooledTemporaryFile",
    ),
    **_names(
        _temporary_name,
        "tempfile.mkstemp tempfile.mkdtemp tempfile.mktemp tempfile.gettempdir "
        "tempfile.TemporaryDirectory",
    ),
    **_names(_change_folder, "os.chdir"),
    "os.path.join": _join,
    **_names(
        _expand,
        """os.path.expanduser os.path.expandvars os.path.abspath os.path.realpath os.path.normpath
        os.fspath os.path.normcase""",
    ),
    "os.path.basename": _base,
    "os.path.dirname": _folder,
    **_names(lambda context, _: context.cwd or NOTHING, "os.getcwd os.getcwdb"),
    **_names(_environ_get, "os.getenv os.environ.get"),
    "logging.basicConfig": _log_file,
    **_names(_environ_set, "os.putenv os.environ.setdefault os.environ.__setitem__"),
    "os.environ.update": _environ_update,
    "os.environ.copy": lambda context, _: dict(context.environment),
    "builtins.input": lambda *_: Unknown("stdin"),
}


METHODS: dict[tuple[str, str], Handler] = {
    ("path", "*"): _path_method,
    ("archive", "extractall"): _extracted,
    ("archive", "extract"): _extracted,
    ("archive", "write"): _archived,
    ("archive", "add"): _archived,
    ("file", "write"): _written,
    ("file", "writelines"): _written,
    ("file", "read"): _handle_read,
    ("file", "readline"): _handle_read,
    ("file", "readlines"): _handle_read,
    ("file", "read1"): _handle_read,
    ("file", "__iter__"): _handle_read,
    **{
        ("*", name): _method_write
        for name in (
            "to_csv",
            "to_json",
            "to_excel",
            "to_parquet",
            "to_pickle",
            "to_html",
            "savefig",
        )
    },
}
