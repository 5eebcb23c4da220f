"""Lists every object of an HDF5 file with its type, number of dimensions and attributes, values left out.

    python tests/results/list_schema.py FILE                         prints the listing
    python tests/results/list_schema.py FILE --compare GOLDEN.txt    exit 1 and a diff where it differs from GOLDEN.txt

After an intended change of the schema: build/tests/write_sample sample.h5, then
    python tests/results/list_schema.py sample.h5 > tests/results/golden_schema.txt
"""

import argparse
import difflib
import sys

import h5py


def type_name(type_id):
    """A type by its class and size, as h5py's low level sees it in the file."""
    if isinstance(type_id, h5py.h5t.TypeStringID):
        charset = {h5py.h5t.CSET_ASCII: "ascii", h5py.h5t.CSET_UTF8: "utf-8"}[type_id.get_cset()]
        return f"string {charset} " + ("variable" if type_id.is_variable_str() else str(type_id.get_size()))
    if isinstance(type_id, h5py.h5t.TypeEnumID):
        members = [(type_id.get_member_value(i), type_id.get_member_name(i).decode()) for i in range(type_id.get_nmembers())]
        return f"enum{8 * type_id.get_size()} " + " ".join(f"{name}={value}" for value, name in sorted(members))
    if isinstance(type_id, h5py.h5t.TypeFloatID):
        return f"float{8 * type_id.get_size()}"
    if isinstance(type_id, h5py.h5t.TypeIntegerID):
        sign = "uint" if type_id.get_sign() == h5py.h5t.SGN_NONE else "int"
        return f"{sign}{8 * type_id.get_size()}"
    if isinstance(type_id, h5py.h5t.TypeVlenID):
        return f"list of {type_name(type_id.get_super())}"
    if isinstance(type_id, h5py.h5t.TypeReferenceID):
        return "reference"
    if isinstance(type_id, h5py.h5t.TypeCompoundID):
        return "compound"
    return type(type_id).__name__


def columns(type_id, meanings=()):
    """A line per member; a table's columns with units and meaning, which are attributes of the table."""
    for i in range(type_id.get_nmembers()):
        units, meaning = meanings[i] if meanings else ("", "")
        words = type_name(type_id.get_member_type(i)) + (f" [{units}]" if units else "") + (f"; {meaning}" if meaning else "")
        yield f"    {type_id.get_member_name(i).decode()}: {words}"


def meanings_of(table):
    return list(zip(table.attrs.get("units", ()), table.attrs.get("long_name", ())))


def attributes(thing, indent):
    for name in sorted(thing.attrs):
        attribute = thing.attrs.get_id(name)
        rank = len(attribute.shape)
        shape = f" [{rank} dimension]" if rank else ""
        yield f"{indent}@{name}: {type_name(attribute.get_type())}{shape}"
        if isinstance(attribute.get_type(), h5py.h5t.TypeCompoundID):
            yield from columns(attribute.get_type())


def listing(file):
    yield "/"
    yield from attributes(file, "  ")
    paths = []
    file.visit(paths.append)
    for path in sorted(paths):
        thing = file[path]
        if isinstance(thing, h5py.Group):
            yield f"/{path}/"
        else:
            axes = ", ".join("/".join(scale.name.rsplit("/", 1)[-1] for scale in axis.values()) or "-" for axis in thing.dims)
            yield f"/{path}: {type_name(thing.id.get_type())} [{axes}]"
            if isinstance(thing.id.get_type(), h5py.h5t.TypeCompoundID):
                yield from columns(thing.id.get_type(), meanings_of(thing))
        yield from attributes(thing, "  ")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--compare", metavar="GOLDEN")
    options = parser.parse_args()
    with h5py.File(options.file, "r") as file:
        found = list(listing(file))
    if options.compare is None:
        print("\n".join(found))
        return 0
    with open(options.compare, encoding="utf-8") as golden:
        expected = golden.read().splitlines()
    difference = list(difflib.unified_diff(expected, found, options.compare, options.file, lineterm=""))
    print("\n".join(difference) or "the schema is the golden one")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main())
