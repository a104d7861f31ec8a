"""The service's own MongoDB: transactions, units of work, files, leases, over one driver module."""
