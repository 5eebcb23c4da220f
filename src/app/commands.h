#pragma once

namespace CLI {
class App;
}

namespace scalemark::app {

// Each declares one subcommand; parsing the command line then runs it.

/// `report FILE.h5 ... [--output DIR] [--format md,csv]`: writes the report and prints its main table.
void add_report_command(CLI::App& app);

/// `compare BASE.h5 NEW.h5 [--threshold 0.05] [--output DIR]`: prints what changed as Markdown, and throws an Error of
/// exit code 1 where something got slower or was lost.
void add_compare_command(CLI::App& app);

/// `import CSV --output FILE.h5`: published or older figures into a result file.
void add_import_command(CLI::App& app);

/// `predict FILE.h5 ... --gpus 8..4096 [--network FILE.yaml] [--output DIR]`: scaling beyond what was measured.
void add_predict_command(CLI::App& app);

/// `nodes FILE.h5 ... [--baseline FILE.h5 ...] [--threshold 2%] [--output DIR]`: prints which node stands out, and
/// throws an Error of exit code 1 where one does, or where anything drifted since the baseline.
void add_nodes_command(CLI::App& app);

/// `trend FILE.h5 ... [--threshold 2%] [--output DIR]`: prints the shifts of a config's runs, and throws an Error of
/// exit code 1 where the last run shows a new one, or broke a case.
void add_trend_command(CLI::App& app);

/// `info [FILE.h5]`: what a file holds, or this program's versions.
void add_info_command(CLI::App& app);

/// `list models|datasets|optimizers|configs|keys [PREFIX]`: one line each.
void add_list_command(CLI::App& app);

}  // namespace scalemark::app
