"""Compares the reports of two builds over the same result files, to the last digit.

    python tests/report/compare_reports.py BASE_PROGRAM NEW_PROGRAM [FILE.h5 ...]

Without files: every one in results/ and tests/results/files. CSV files are compared field by field under the columns of
the base; tables and columns that only the new build has are listed. Markdown and JSON lines are compared line by line.
Exit code 1 where anything differs.
"""

import argparse
import csv
import difflib
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def report(program, file, folder):
    command = [program, "report", file, "--output", folder, "--format", "md,csv"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"{program} report {file}: exit code {run.returncode}\n{run.stderr}")


def differences_of_csv(base, new):
    with open(base, newline="", encoding="utf-8") as left, open(new, newline="", encoding="utf-8") as right:
        rows, found = csv.DictReader(left), csv.DictReader(right)
        lost = set(rows.fieldnames) - set(found.fieldnames)
        if lost:
            yield f"without the column(s) {', '.join(sorted(lost))}"
        added = [name for name in found.fieldnames if name not in rows.fieldnames]
        if added:
            print(f"  {base.name}: new column(s) {', '.join(added)}")
        rows, found = list(rows), list(found)
    if len(rows) != len(found):
        yield f"{len(rows)} rows became {len(found)}"
    for number, (before, after) in enumerate(zip(rows, found), start=1):
        for name, value in before.items():
            if after.get(name, value) != value:
                yield f"row {number}, {name}: {value!r} became {after[name]!r}"


def differences_of_text(base, new):
    before, after = (path.read_text(encoding="utf-8").splitlines() for path in (base, new))
    yield from difflib.unified_diff(before, after, "base", "new", n=0, lineterm="")


def compare(base, new):
    for path in sorted(base.iterdir()):
        other = new / path.name
        if not other.exists():
            yield f"{path.name} is missing"
            continue
        compared = differences_of_csv if path.suffix == ".csv" else differences_of_text
        yield from (f"{path.name}: {difference}" for difference in compared(path, other))
    for path in sorted(new.iterdir()):
        if not (base / path.name).exists():
            print(f"  new file {path.name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base_program")
    parser.add_argument("new_program")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    files = options.files or sorted([*ROOT.glob("results/**/*.h5"), *ROOT.glob("tests/results/files/*.h5")])
    count = 0
    for file in files:
        print(file)
        with tempfile.TemporaryDirectory() as folder:
            folders = [pathlib.Path(folder) / name for name in ("base", "new")]
            for program, output in zip((options.base_program, options.new_program), folders):
                report(program, file, output)
            for difference in compare(*folders):
                count += 1
                print(f"  {difference}")
    print(f"{count} difference(s) in the reports of {len(files)} file(s)")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
