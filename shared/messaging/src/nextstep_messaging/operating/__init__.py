"""What operations needs: command line, settings, health, logs, metrics, traces, audit trail."""
