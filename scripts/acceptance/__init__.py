"""The parts of scripts/node-acceptance: what it starts (jobs), what it looks at (watch, reports, traces), its checks, its page."""
