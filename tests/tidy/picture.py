"""The direction of dependencies, written once: which folder may use which.

ARCHITECTURE's picture as data. DEPS in a CMakeLists.txt may be narrower than this, never wider:
whoever wants a wider one changes the picture here, on purpose and in a review.
"""

# The broker, lowest first. A module may use every module of a lower layer, none of its own.
LAYERS = (
    ("base",),
    ("crypto",),
    ("model",),
    ("calendar", "matching", "sealing", "audit"),
    ("store",),
    ("placing",),
    ("intake", "dispatch", "review", "registry", "inquiry"),
    ("server",),
)

# Generated code: messages from the model upwards, services where gRPC is spoken.
PROTO = "proto"
PROTO_GRPC = "proto_grpc"

STORE_DRIVERS = ("broker/store/memory", "broker/store/rocksdb")

# What every client may use; their own shared folders come on top.
CLIENT_SHARED = frozenset(
    {"broker/base", "broker/crypto", "broker/model", "broker/sealing", "broker/audit",
     PROTO, PROTO_GRPC})
CLIENT_PROGRAMS = ("school", "control", "audit", "admin")

# The operator's client alone may open a data directory, and reads outside formats.
ADMIN_EXTRA = frozenset(
    {"broker/store", *STORE_DRIVERS, "broker/placing", "broker/matching", "broker/registry",
     "adapters"})


def _broker():
    picture, below = {}, frozenset()
    for layer in LAYERS:
        uses = below | ({PROTO} if "broker/model" in below or layer == ("model",) else set())
        for name in layer:
            picture[f"broker/{name}"] = uses
        below |= {f"broker/{name}" for name in layer}
    for driver in STORE_DRIVERS:
        picture[driver] = picture["broker/store"] | {"broker/store"}
    picture["broker/server"] |= {PROTO_GRPC, *STORE_DRIVERS}
    return picture


def _clients():
    picture = {"clients/console": CLIENT_SHARED, "clients/link": CLIENT_SHARED}
    for program in CLIENT_PROGRAMS:
        picture[f"clients/{program}"] = CLIENT_SHARED | {"clients/console", "clients/link"}
    # Invented rolls, for whoever tries the broker out: names are compared as the broker does.
    picture["clients/demo"] = {"broker/base", "broker/model", "broker/matching", "adapters", PROTO}
    picture["clients/admin"] |= ADMIN_EXTRA | {"clients/demo"}
    # A force's people write incidents as files; that format is parsed where the others are.
    picture["clients/control"] |= {"adapters"}
    # A school's machine reads its own roll, as the operator's client does.
    picture["clients/school"] |= {"adapters"}
    # A record as a document: a value in, bytes out.
    picture["clients/school/filing"] = {"broker/base", "clients/console"}
    # Its pages, in a folder of their own.
    picture["clients/school/notify"] = {"broker/base", "clients/console"}
    picture["clients/school/records"] = picture["clients/school"] | {"clients/school"}
    picture["clients/school/web"] = picture["clients/school"] | {"clients/school", "clients/school/filing", "clients/school/notify", "clients/school/records"}
    picture["clients/school/program"] = picture["clients/school/web"] | {"clients/school/web"}
    return picture


# Folder -> the folders and generated libraries it may use. Tests may use anything.
PICTURE = {**_broker(), **_clients(), "adapters": frozenset({"broker/base", PROTO})}


def allowed(folder):
    """What `folder` may use, or None where the picture does not know it."""
    if folder.startswith("adapters/"):
        return PICTURE["adapters"] | {"adapters"}
    return PICTURE.get(folder)
